import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { part } from '../api/part'
import { App } from './app'
import { NotFound } from './not-found'
import { Pending } from './pending'
import { StartPage } from './start'

const root = createRootRoute({ component: App, notFoundComponent: NotFound })

const start = createRoute({ getParentRoute: () => root, path: '/', component: StartPage })
const account = createRoute({ getParentRoute: () => root, path: '/account', component: lazyRouteComponent(() => part(() => import('../account/page')), 'AccountPage') })
const people = createRoute({ getParentRoute: () => root, path: '/people', component: lazyRouteComponent(() => part(() => import('../people/choose-authority')), 'ChooseAuthority') })
const list = createRoute({ getParentRoute: () => root, path: '/authorities/$authority/people', component: lazyRouteComponent(() => part(() => import('../people/list')), 'PeoplePage') })
const made = createRoute({ getParentRoute: () => root, path: '/authorities/$authority/people/new', component: lazyRouteComponent(() => part(() => import('../people/new')), 'NewAccountPage') })
const person = createRoute({ getParentRoute: () => root, path: '/authorities/$authority/people/$account', component: lazyRouteComponent(() => part(() => import('../people/person')), 'PersonPage') })
const software = createRoute({ getParentRoute: () => root, path: '/authorities/$authority/software', component: lazyRouteComponent(() => part(() => import('../people/software')), 'SoftwarePage') })
const parts = createRoute({ getParentRoute: () => root, path: '/ui', component: lazyRouteComponent(() => part(() => import('../ui/gallery')), 'GalleryPage') })

export const router = createRouter({
  routeTree: root.addChildren([start, account, people, list, made, person, software, parts]),
  basepath: '/official',
  defaultPendingComponent: Pending,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

// React Aria speaks to screen readers in texts of its own. It has no Vietnamese ones, so
// they are here; a test compares their keys with the English ones that it ships. It looks
// texts up in a table on the window, whose entries change with the language.

import english from 'react-aria-components/i18n/en-US'

type Value = string | ((args: Record<string, string | number>, formatter: unknown) => string)
export type Strings = Record<string, Record<string, Value>>

export const vietnamese: Strings = {
  '@react-aria/tree': { expand: 'Mở rộng', collapse: 'Thu gọn' },
  '@react-aria/toast': { close: 'Đóng', notifications: (a) => `${a.count} thông báo.` },
  '@react-aria/tag': { removeDescription: 'Nhấn Delete để bỏ mục này.', removeButtonLabel: 'Bỏ' },
  '@react-aria/table': {
    select: 'Chọn',
    selectAll: 'Chọn tất cả',
    sortable: 'cột sắp xếp được',
    ascending: 'tăng dần',
    descending: 'giảm dần',
    ascendingSort: (a) => `xếp theo cột ${a.columnName} tăng dần`,
    descendingSort: (a) => `xếp theo cột ${a.columnName} giảm dần`,
    columnSize: (a) => `${a.value} điểm ảnh`,
    resizerDescription: 'Nhấn Enter để bắt đầu đổi độ rộng',
    expand: 'Mở rộng',
    collapse: 'Thu gọn',
  },
  '@react-aria/steplist': { steplist: 'Danh sách các bước' },
  '@react-aria/spinbutton': { Empty: 'Trống' },
  '@react-aria/searchfield': { 'Clear search': 'Xóa nội dung tìm kiếm' },
  '@react-aria/previewtrigger': { longPressMessage: 'Nhấn giữ để xem trước' },
  '@react-aria/overlays': { dismiss: 'Đóng' },
  '@react-aria/numberfield': {
    decrease: (a) => `Giảm ${a.fieldLabel}`,
    increase: (a) => `Tăng ${a.fieldLabel}`,
    numberField: 'Ô nhập số',
  },
  '@react-aria/menu': { longPressMessage: 'Nhấn giữ hoặc nhấn Alt + mũi tên xuống để mở danh mục' },
  '@react-aria/gridlist': {
    hasActionAnnouncement: 'dòng này mở được',
    hasLinkAnnouncement: (a) => `dòng này có liên kết: ${a.link}`,
  },
  '@react-aria/grid': {
    deselectedItem: (a) => `Đã bỏ chọn ${a.item}.`,
    select: 'Chọn',
    selectedCount: (a) => (a.count === 0 ? 'Chưa chọn mục nào.' : `Đã chọn ${a.count} mục.`),
    selectedAll: 'Đã chọn tất cả.',
    selectedItem: (a) => `Đã chọn ${a.item}.`,
    longPressToSelect: 'Nhấn giữ để chuyển sang chế độ chọn.',
  },
  '@react-aria/dnd': {
    dragItem: (a) => `Kéo ${a.itemText}`,
    dragSelectedItems: (a) => `Kéo ${a.count} mục đã chọn`,
    dragDescriptionKeyboard: 'Nhấn Enter để bắt đầu kéo.',
    dragDescriptionKeyboardAlt: 'Nhấn Alt + Enter để bắt đầu kéo.',
    dragDescriptionTouch: 'Chạm hai lần để bắt đầu kéo.',
    dragDescriptionVirtual: 'Bấm để bắt đầu kéo.',
    dragDescriptionLongPress: 'Nhấn giữ để bắt đầu kéo.',
    dragSelectedKeyboard: (a) => `Nhấn Enter để kéo ${a.count} mục đã chọn.`,
    dragSelectedKeyboardAlt: (a) => `Nhấn Alt + Enter để kéo ${a.count} mục đã chọn.`,
    dragSelectedLongPress: (a) => `Nhấn giữ để kéo ${a.count} mục đã chọn.`,
    dragStartedKeyboard: 'Đang kéo. Nhấn Tab để chọn nơi thả, rồi nhấn Enter để thả, hoặc Escape để hủy.',
    dragStartedTouch: 'Đang kéo. Chuyển đến nơi thả, rồi chạm hai lần để thả.',
    dragStartedVirtual: 'Đang kéo. Chuyển đến nơi thả, rồi bấm hoặc nhấn Enter để thả.',
    endDragKeyboard: 'Đang kéo. Nhấn Enter để hủy.',
    endDragTouch: 'Đang kéo. Chạm hai lần để hủy.',
    endDragVirtual: 'Đang kéo. Bấm để hủy.',
    dropDescriptionKeyboard: 'Nhấn Enter để thả. Nhấn Escape để hủy.',
    dropDescriptionTouch: 'Chạm hai lần để thả.',
    dropDescriptionVirtual: 'Bấm để thả.',
    dropCanceled: 'Đã hủy thả.',
    dropComplete: 'Đã thả.',
    dropIndicator: 'vị trí thả',
    dropOnRoot: 'Thả vào đây',
    dropOnItem: (a) => `Thả vào ${a.itemText}`,
    insertBefore: (a) => `Chèn trước ${a.itemText}`,
    insertBetween: (a) => `Chèn giữa ${a.beforeItemText} và ${a.afterItemText}`,
    insertAfter: (a) => `Chèn sau ${a.itemText}`,
  },
  '@react-aria/datepicker': {
    era: 'kỷ nguyên',
    year: 'năm',
    month: 'tháng',
    day: 'ngày',
    hour: 'giờ',
    minute: 'phút',
    second: 'giây',
    dayPeriod: 'sáng/chiều',
    calendar: 'Lịch',
    startDate: 'Ngày bắt đầu',
    endDate: 'Ngày kết thúc',
    weekday: 'thứ',
    timeZoneName: 'múi giờ',
    selectedDateDescription: (a) => `Ngày đã chọn: ${a.date}`,
    selectedRangeDescription: (a) => `Khoảng đã chọn: từ ${a.startDate} đến ${a.endDate}`,
    selectedTimeDescription: (a) => `Giờ đã chọn: ${a.time}`,
  },
  '@react-aria/combobox': {
    focusAnnouncement: (a) =>
      `${a.isGroupChange ? `Nhóm ${a.groupTitle}, ${a.groupCount} lựa chọn. ` : ''}${a.optionText}${a.isSelected ? ', đã chọn' : ''}`,
    countAnnouncement: (a) => `Có ${a.optionCount} lựa chọn.`,
    selectedAnnouncement: (a) => `${a.optionText}, đã chọn`,
    buttonLabel: 'Mở danh sách gợi ý',
    listboxLabel: 'Gợi ý',
  },
  '@react-aria/calendar': {
    previous: 'Trước',
    next: 'Sau',
    selectedDateDescription: (a) => `Ngày đã chọn: ${a.date}`,
    selectedRangeDescription: (a) => `Khoảng đã chọn: ${a.dateRange}`,
    todayDate: (a) => `Hôm nay, ${a.date}`,
    todayDateSelected: (a) => `Hôm nay, ${a.date}, đã chọn`,
    dateSelected: (a) => `${a.date}, đã chọn`,
    startRangeSelectionPrompt: 'Bấm để chọn ngày đầu',
    finishRangeSelectionPrompt: 'Bấm để chọn ngày cuối',
    minimumDate: 'Ngày sớm nhất chọn được',
    maximumDate: 'Ngày muộn nhất chọn được',
    dateRange: (a) => `từ ${a.startDate} đến ${a.endDate}`,
  },
  '@react-aria/breadcrumbs': { breadcrumbs: 'Đường dẫn' },
  '@react-aria/autocomplete': { collectionLabel: 'Gợi ý' },
  '@react-stately/datepicker': {
    rangeUnderflow: (a) => `Phải từ ngày ${a.minValue} trở đi.`,
    rangeOverflow: (a) => `Phải đến ngày ${a.maxValue} trở về trước.`,
    rangeReversed: 'Ngày bắt đầu phải trước ngày kết thúc.',
    unavailableDate: 'Không chọn được ngày này.',
  },
  'react-aria-components': {
    selectPlaceholder: 'Chọn một mục',
    tableResizer: 'Đổi độ rộng cột',
    dropzoneLabel: 'Nơi thả tệp',
  },
}

const present: Strings = {}

/** Chooses the language of React Aria's texts. It must be called before anything is drawn. */
export function setAriaLanguage(language: 'vi' | 'en'): void {
  for (const [part, texts] of Object.entries(english)) {
    present[part] = Object.assign(present[part] ?? {}, texts, language === 'vi' ? vietnamese[part] : undefined)
  }
  const global = window as unknown as Record<symbol, unknown>
  global[Symbol.for('react-aria.i18n.locale')] = 'vi-VN'
  global[Symbol.for('react-aria.i18n.strings')] = present
}

package postgres

// SelectReports is the query whose plan a test looks at.
const SelectReports = selectReports

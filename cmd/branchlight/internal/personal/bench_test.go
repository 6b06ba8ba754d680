package personal

import (
	"strings"
	"testing"
)

// A page of some 700 characters with what pages have: numbers, houses, groups.
var page = strings.Repeat("截至3月底，共组织225项，其中840号预约延时服务已办结。驻村工作队推进问题整改清单，走访困难家庭一百二十户，党小组压缩上门服务制度。", 11)

func BenchmarkFind(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		Find(page)
	}
}

module muster/benchmarks/tsg-original

go 1.19

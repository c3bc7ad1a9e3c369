from concurrent.futures import ThreadPoolExecutor

from mlocr.directory.caches import ByteCache


def _cache(limit: int) -> ByteCache[int, str]:
    return ByteCache(limit, len)


def _kept(cache: ByteCache[int, str]) -> int:
    return sum(len(value) for value in {**cache._old, **cache._young}.values())


def test_what_was_put_is_found() -> None:
    cache = _cache(1000)
    assert cache.get(1) is None
    assert cache.put(1, "one") == "one"
    assert cache.get(1) == "one"


def test_bytes_bound_it_whatever_the_sizes() -> None:
    cache = _cache(1000)
    for number in range(500):
        cache.put(number, "x" * (1 + number % 90))
        assert _kept(cache) <= 1000
    assert cache.get(499) is not None
    assert cache.get(0) is None


def test_what_is_used_stays() -> None:
    cache = _cache(1000)
    cache.put(-1, "hot")
    for number in range(300):
        cache.put(number, "x" * 50)
        assert cache.get(-1) == "hot"


def test_one_value_larger_than_the_bound_is_kept_alone() -> None:
    cache = _cache(100)
    cache.put(1, "x" * 500)
    assert cache.get(1) is not None
    cache.put(2, "y" * 500)
    cache.put(3, "z" * 500)
    assert cache.get(1) is None


def test_threads_share_it() -> None:
    cache = _cache(2000)

    def use(seed: int) -> bool:
        for step in range(2000):
            key = (seed * 31 + step * 7) % 97
            found = cache.get(key)
            if found is None:
                cache.put(key, str(key) * 20)
            elif found != str(key) * 20:
                return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(use, range(8)))

namespace Muster.Core.Tests;

public sealed class MomentTextTests
{
    [Fact]
    public void A_moment_is_written_in_utc_whatever_its_offset_and_to_the_second() => Assert.Equal(
        "2026-07-01T12:00:00Z",
        MomentText.Format(new DateTimeOffset(2026, 7, 1, 14, 0, 0, 999, TimeSpan.FromHours(2))));
}

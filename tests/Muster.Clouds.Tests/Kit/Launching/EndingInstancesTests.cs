using Muster.Clouds.Kit.Launching;

namespace Muster.Clouds.Tests.Kit.Launching;

public sealed class EndingInstancesTests
{
    [Fact]
    public async Task An_instance_is_ending_until_its_end_is_over_also_where_that_fails()
    {
        var ending = new EndingInstances();
        var during = false;

        await Assert.ThrowsAsync<TimeoutException>(() => ending.EndAsync("web-1", () =>
        {
            during = ending.Contains("web-1") && !ending.Contains("web-2");
            return Task.FromException(new TimeoutException());
        }));

        Assert.True(during);
        Assert.False(ending.Contains("web-1"));
    }
}

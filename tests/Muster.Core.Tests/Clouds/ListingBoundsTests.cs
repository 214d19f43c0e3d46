using System.Runtime.CompilerServices;

using Microsoft.Extensions.Time.Testing;

using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Instances;
using Muster.Core.Reconciling;
using Muster.Core.Templates;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Clouds;

public sealed class ListingBoundsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cloud_whose_pages_never_end_is_left_after_a_number_of_pages_and_nothing_is_concluded()
    {
        var cloud = new EndlessCloud(() => { });

        var error = await Assert.ThrowsAsync<CloudException>(() =>
            Observation.MakeAsync(cloud, new(Some.Installation), TimeProvider.System, Cancel));

        Assert.Equal((CloudErrorKind.Unavailable, "the listing is not believed: it has more than 2000 pages"), (error.Kind, error.Message));
        Assert.Equal(ListingBounds.PagesMax, cloud.Pages);
    }

    [Fact]
    public async Task A_cloud_whose_pages_take_too_long_is_left_after_a_time()
    {
        var timeProvider = new FakeTimeProvider();
        var cloud = new EndlessCloud(() => timeProvider.Advance(TimeSpan.FromMinutes(1)));

        var error = await Assert.ThrowsAsync<CloudException>(
            () => Observation.MakeAsync(cloud, new(Some.Installation), timeProvider, Cancel));

        Assert.Equal("the listing is not believed: it has not ended after 10 minutes and 11 pages", error.Message);
    }

    [Fact]
    public void A_place_that_two_pages_name_is_a_circle()
    {
        var bounds = new ListingBounds(TimeProvider.System);
        bounds.OnPage("a");
        bounds.OnPage("b");

        var error = Assert.Throws<CloudException>(() => bounds.OnPage("a"));

        Assert.Equal(
            "the listing is not believed: page 3 names 'a' as the next page, and so did an earlier one: they go round in a circle",
            error.Message);
    }

    [Fact]
    public void Pages_that_show_nothing_new_end_a_listing_only_when_they_follow_each_other()
    {
        var bounds = new ListingBounds(TimeProvider.System);
        for (var page = 0; page < 100; page++)
        {
            bounds.OnPage(isNew: page % ListingBounds.BarrenPagesMax == 0);
        }

        var error = Assert.Throws<CloudException>(() =>
        {
            for (var page = 0; page <= ListingBounds.BarrenPagesMax; page++)
            {
                bounds.OnPage(isNew: false);
            }
        });

        Assert.Equal("the listing is not believed: its last 10 pages showed nothing new, and it goes on", error.Message);
    }

    private sealed class EndlessCloud(Action onPage) : ICloud
    {
        public int Pages { get; private set; }

        public CloudTraits Traits => EngineBed.Traits;

        public async IAsyncEnumerable<InstancePage> ListAsync(
            InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await Task.CompletedTask;
                onPage();
                Pages++;
                yield return new([], IsLast: false);
            }
        }

        public Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

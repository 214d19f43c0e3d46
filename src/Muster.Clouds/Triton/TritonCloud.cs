using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;

using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Triton.Api;
using Muster.Clouds.Triton.Machines;
using Muster.Clouds.Triton.Signing;
using Muster.Clouds.Triton.Templates;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Triton;

/// <summary>Triton, over CloudAPI: an instance is a machine of one account in one data centre.</summary>
/// <remarks><c>docs/clouds/triton.md</c> tells what a template's fields mean here.</remarks>
internal sealed class TritonCloud : ICloud, IStoppingCloud, IInstanceAdoption
{
    private readonly CloudApi _api;
    private readonly MachineListing _listing;
    private readonly MachineLauncher _launcher;
    private readonly TemplateChecks _checks;
    private readonly MachineChanges _changes;
    private readonly MachinePower _power;

    public TritonCloud(
        TritonCloudOptions options,
        RequestSigner signer,
        X509Certificate2Collection? authorities,
        TimeProvider timeProvider,
        Action<string> say)
    {
        _api = new(options, signer, authorities, timeProvider);
        _listing = new(_api, options.PageSize, timeProvider, new BoundedWarnings(say, timeProvider));
        _launcher = new(_api, _listing);
        _checks = new(_api, options.User);
        _changes = new(_api, _listing, timeProvider);
        _power = new(_api);
        Traits = TraitsOf(options);
    }

    /// <inheritdoc/>
    public CloudTraits Traits { get; }

    /// <inheritdoc/>
    public bool CanSuspend => false;

    /// <inheritdoc/>
    public IAsyncEnumerable<InstancePage> ListAsync(InstanceFilter filter, CancellationToken cancellationToken) =>
        _listing.ListAsync(filter, cancellationToken);

    /// <inheritdoc/>
    public Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken) =>
        _launcher.LaunchAsync(request, cancellationToken);

    /// <inheritdoc/>
    public async Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        var answer = await _api.SendAsync(
            HttpMethod.Delete, $"terminate {instance}", $"/machines/{Uri.EscapeDataString(instance.Value)}", body: null, cancellationToken);
        if (!answer.IsGood && !IsGone(instance, answer.Status))
        {
            throw CloudApiErrors.Translate(answer);
        }
    }

    /// <inheritdoc/>
    public Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken) =>
        _checks.CheckAsync(template, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken) =>
        _changes.WatchAsync(installation, cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken) =>
        _power.StopAsync(installation, instance, manner, cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken) =>
        _power.StartAsync(installation, instance, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Instance>> FindTaggedAsync(string tag, string value, CancellationToken cancellationToken) =>
        _listing.FindTaggedAsync(tag, value, cancellationToken);

    /// <inheritdoc/>
    public async Task TagAsync(InstanceId instance, ImmutableSortedDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        var answer = await _api.SendAsync(
            HttpMethod.Post, $"tag {instance}", $"/machines/{Uri.EscapeDataString(instance.Value)}/tags", MachineBody.WriteTags(tags),
            cancellationToken);
        if (!answer.IsGood)
        {
            throw CloudApiErrors.Translate(answer);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _api.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>What a connection can and cannot do, whoever it speaks as.</summary>
    public static CloudTraits TraitsOf(TritonCloudOptions options) => new()
    {
        PageSize = options.PageSize,
        LaunchTokens = true,
        LaunchTokensRace = true,
        Stops = true,
        GroupFilter = true,
        Watches = options.ListensToChanges,
        // A machine is listed before its launch is answered; states follow within seconds, by workers.
        ListingLagMax = TimeSpan.FromSeconds(10),
        NameLengthMax = TemplateText.Names.LengthMax,
        // CloudAPI lets an account make 30 calls at once and 10 a second after, of whatever kind to machines. The two
        // budgets share that, with a tenth left for people.
        ReadsPerSecond = 2,
        WritesPerSecond = 7,
        Burst = 14,
    };

    /// <summary>Ids are UUIDs: anything else never was a machine, in whatever words CloudAPI says so.</summary>
    private static bool IsGone(InstanceId instance, HttpStatusCode status) =>
        status is HttpStatusCode.NotFound or HttpStatusCode.Gone
        || (status is HttpStatusCode.Conflict && !Guid.TryParse(instance.Value, out _));
}

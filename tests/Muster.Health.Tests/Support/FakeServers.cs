using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Prices;
using Muster.Core.Storage;
using Muster.Core.Templates;

namespace Muster.Health.Tests.Support;

/// <summary>A store of which only what a look for probes asks for is there.</summary>
internal sealed class FakeServers : ICheckStore, ISweepStore
{
    /// <summary>The living servers, by holder.</summary>
    public List<string> Living { get; } = [];

    public List<GroupRecord> Groups { get; } = [];

    public Exception? Failure { get; set; }

    public InstallationId Installation => throw new NotSupportedException();

    public Task<ImmutableArray<SweepShare>> ListSweepsAsync(CancellationToken cancellationToken) => Failure is null
        ? Task.FromResult<ImmutableArray<SweepShare>>([new(new(Groups[0].Group.Account, Some.Cloud), 1, null, null)])
        : Task.FromException<ImmutableArray<SweepShare>>(Failure);

    public Task<ImmutableArray<GroupRecord>> LoadSweepAsync(SweepKey sweep, CancellationToken cancellationToken) =>
        Task.FromResult(Groups.ToImmutableArray());

    public Task<ImmutableArray<ServerRecord>> ListServersAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<ServerRecord>>(
        [
            .. Living.Select(holder => new ServerRecord
            {
                Holder = holder, Address = "x", Version = "1", StartedAt = now, SeenAt = now, EndsAt = now,
            }),
        ]);

    public Task<DateTimeOffset> ReadTimeAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<GroupRecord?> FindGroupAsync(GroupId group, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Template?> FindTemplateAsync(GroupId group, TemplateId template, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<GroupLease?> TryAcquireLeaseAsync(
        GroupId group, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<GroupLease> RenewLeaseAsync(
        GroupLease lease, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SpendGrant?> ReserveSpendAsync(GroupLease lease, decimal held, decimal wanted, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ImmutableArray<Activity>> RecordAsync(GroupLease lease, CheckRecord record, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ImmutableArray<Activity>> RecordAndReleaseAsync(
        GroupLease lease, CheckRecord record, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<Activity>> RecordIdleAsync(
        ImmutableArray<CheckRecord> records, SweepLease? sweep, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<ServerRecord>> ReportServerAsync(ServerRecord server, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task RetireServerAsync(string holder, DateTimeOffset now, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<SweepLease?> TryAcquireSweepAsync(
        SweepKey sweep, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ImmutableArray<SweepLease>> RenewSweepsAsync(
        ImmutableArray<SweepLease> leases, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task ReleaseSweepsAsync(ImmutableArray<SweepLease> leases, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}

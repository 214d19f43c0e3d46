using Muster.Core.Checks;
using Muster.Core.Storage;
using Muster.Server.Tasks;

namespace Muster.Server.Tests.Tasks;

/// <summary>Believes everything: for suites that try the way to the store, and the store, with values that no check would write.</summary>
internal sealed class Credulous : ITaskReferee
{
    public DateTimeOffset Now(DateTimeOffset told) => told;

    public Task<CheckRecord?> EnsureAsync(GroupRecord known, CheckRecord told, bool isLeased, CancellationToken cancellationToken) =>
        Task.FromResult<CheckRecord?>(told);

    public decimal SpendMax(GroupRecord known) => decimal.MaxValue;

    public CheckRun Ensured(CheckRun run) => run;
}

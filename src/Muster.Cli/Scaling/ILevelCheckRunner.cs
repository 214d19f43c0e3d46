using Muster.Core.Reconciling;

namespace Muster.Cli.Scaling;

/// <summary>Makes one level check and returns.</summary>
internal interface ILevelCheckRunner
{
    /// <summary>Looks, plans and acts, once.</summary>
    /// <param name="request">The level that is wanted.</param>
    /// <param name="stopping">Start nothing new, finish what is in flight.</param>
    /// <exception cref="Core.InputException">The template or the count is wrong; nothing was done.</exception>
    Task<CheckReport> RunAsync(ScaleRequest request, CancellationToken stopping);
}

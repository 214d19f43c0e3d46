using Muster.Core;
using Muster.Nomad.Jobs;

namespace Muster.Nomad.Reconciling;

/// <summary>A living group, of whose checks obstacles are told.</summary>
/// <param name="Account">Whose.</param>
/// <param name="Group">Which.</param>
/// <param name="Job">What checks it.</param>
public readonly record struct CheckedGroup(AccountId Account, GroupId Group, JobKey Job);

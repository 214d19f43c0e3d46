using System.Collections.Immutable;

using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Steering;

namespace Muster.Storage.Rows;

/// <summary>A row of <c>groups</c>: the group, and who has a say in how many there are to be.</summary>
/// <param name="Group">The group.</param>
/// <param name="Claims">What others than a person claim.</param>
/// <param name="Policies">What recommends.</param>
internal readonly record struct GroupVoices(Group Group, ImmutableArray<Claim> Claims, ImmutableArray<Policy> Policies);

using System.Collections.Immutable;

using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Members;
using Muster.Core.Steering;

namespace Muster.Storage.Rows;

/// <summary>
/// A row of <c>groups</c>: the group, who has a say in how many there are to be, and what is said of its instances.
/// </summary>
/// <param name="Group">The group.</param>
/// <param name="Claims">What others than a person claim.</param>
/// <param name="Policies">What recommends.</param>
/// <param name="Notes">What people and sources of health say of instances.</param>
internal readonly record struct GroupVoices(
    Group Group, ImmutableArray<Claim> Claims, ImmutableArray<Policy> Policies, ImmutableArray<MemberNote> Notes);

using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Claims;
using Muster.Core.Steering;
using Muster.Storage.Rows;

namespace Muster.Storage.Postgres.Tables;

/// <summary>
/// Who has a say in a group's capacity, as the writes of a batch leave it: read in their transaction, and changed with each write, so that
/// the next one stands on the one before.
/// </summary>
/// <param name="group">Which group.</param>
internal sealed class LaneVoices(GroupId group)
{
    public GroupId Group { get; } = group;

    public ImmutableArray<Claim> Claims { get; set; } = [];

    public ImmutableArray<Policy> Policies { get; set; } = [];

    public ImmutableArray<PolicyOutcome> Words { get; set; } = [];

    /// <summary>When the last round concluded something; null for never.</summary>
    public DateTimeOffset? EvaluatedAt { get; set; }

    public static LaneVoices Read(Row row) => new(row.Id<GroupId>())
    {
        Claims = StoreJson.ReadClaims(row.TextOrNull()),
        Policies = StoreJson.ReadPolicies(row.TextOrNull()),
        Words = StoreJson.ReadOutcomes(row.TextOrNull()),
        EvaluatedAt = row.TimeOrNull(),
    };
}

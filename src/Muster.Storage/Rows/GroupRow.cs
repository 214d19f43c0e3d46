using Muster.Core;
using Muster.Core.Groups;
using Muster.Records;

namespace Muster.Storage.Rows;

internal static class GroupRow
{
    /// <summary>Of a groups table called <c>g</c>: the group alone.</summary>
    public const string Columns =
        "g.id, g.account_id, g.name, g.template_id, g.capacity_desired, g.capacity_min, g.capacity_max, g.interval_us, g.scale_in, "
        + "g.brakes, g.suspended, g.phase, g.version, g.created_at, g.updated_at, g.archived_at, g.scaled_at, "
        + "g.layout, g.revision, g.evacuations, g.held_until, g.scaled_by, g.scaled_for, g.health, g.repair, g.drain, g.hooks, "
        + "g.traffic, g.lifetime_max_us, g.pool";

    /// <summary>The same, and all that is said beside the group.</summary>
    public const string ColumnsWithVoices = $"{Columns}, g.claims, g.policies, g.notes";

    public static Group Read(Row row) => Read(row, texts: null);

    /// <summary>The group, what others than a person claim of its capacity, its policies, and what is said of its instances.</summary>
    /// <param name="row">At its first column.</param>
    /// <param name="texts">What other rows have said in the same words; null for one that is read alone.</param>
    public static GroupVoices ReadWithVoices(Row row, SharedTexts? texts = null) =>
        new(
            Read(row, texts),
            StoreJson.ReadClaims(row.TextOrNull()),
            StoreJson.ReadPolicies(row.TextOrNull()),
            StoreJson.ReadNotes(row.TextOrNull()));

    private static Group Read(Row row, SharedTexts? texts) => new()
    {
        Id = row.Id<GroupId>(),
        Account = row.Id<AccountId>(),
        Name = row.Text(),
        Template = row.Id<TemplateId>(),
        Capacity = new() { Desired = row.Int(), Min = row.Int(), Max = row.Int() },
        Interval = row.Span(),
        ScaleIn = row.Word<ScaleInOrder>(),
        Brakes = texts is null ? StoreJson.ReadBrakes(row.Text()) : texts.ReadBrakes(row),
        Suspended = (Suspension)row.Int(),
        Phase = row.Word<GroupPhase>(),
        Version = row.Long(),
        CreatedAt = row.Time(),
        UpdatedAt = row.Time(),
        ArchivedAt = row.TimeOrNull(),
        ScaledAt = row.TimeOrNull(),
        Layout = texts is null ? StoreJson.ReadLayout(row.TextOrNull()) : texts.ReadLayout(row),
        Revision = row.IntOrNull() ?? 1,
        Evacuations = StoreJson.ReadEvacuations(row.TextOrNull()),
        HeldUntil = row.TimeOrNull(),
        ScaledBy = row.TextOrNull(),
        ScaledFor = row.TextOrNull(),
        Health = StoreJson.ReadHealth(row.TextOrNull()),
        Repair = StoreJson.ReadRepair(row.TextOrNull()),
        Drain = StoreJson.ReadDrain(row.TextOrNull()),
        Hooks = StoreJson.ReadHooks(row.TextOrNull()),
        Traffic = StoreJson.ReadTraffic(row.TextOrNull()),
        LifetimeMax = Microseconds.ToSpan(row.LongOrNull()),
        Pool = StoreJson.ReadPool(row.TextOrNull()),
    };
}

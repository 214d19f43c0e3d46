using System.Collections.Immutable;

using Muster.Storage.Rows;

namespace Muster.Storage.Transfer;

/// <summary>A table as it is moved: the columns that mean the same in every dialect.</summary>
/// <remarks>
/// What is not here belongs to one store and its present life: leases that are held and the servers that hold them, and what is
/// derived (where the newest activity stands, the counters of positions), which a store derives again after an import. The last runs of
/// checks say whether checks happen, which is no truth about any instance and new again within the hour; readings are many, and
/// are read again where they came from.
/// </remarks>
/// <param name="Name">The same in every dialect.</param>
/// <param name="Key">The columns that order it: rows come in one order from every store.</param>
/// <param name="Columns">In the order in which they are written.</param>
internal sealed record StoreTable(string Name, ImmutableArray<string> Key, ImmutableArray<Column> Columns)
{
    /// <summary>The rows that are moved, as a condition that every dialect takes; null for all.</summary>
    public string? Condition { get; init; }

    /// <summary>
    /// Whether a store that has no such rows says nothing of the table, as exports did before there was one: older ones are taken,
    /// and the others are as ever.
    /// </summary>
    public bool IsLeftOut => Condition is not null;

    /// <summary>Which rows of it are moved, from the table's name on.</summary>
    public string Rows => Condition is null ? Name : $"{Name} WHERE {Condition}";

    /// <summary>Every table; one that refers to another comes after it.</summary>
    public static ImmutableArray<StoreTable> All { get; } =
    [
        new("accounts", ["id"],
        [
            Id("id"), Text("name"), Time("created_at"), Text("cloud_id").OrNothing, Text("access"), Time("key_ordered_at").OrNothing,
            Long("spend_per_hour_max").OrLeftOut,
        ]),
        new("users", ["id"], [Id("id"), Id("account_id"), Text("name"), Time("created_at"), Time("archived_at").OrNothing]),
        new("keys", ["id"],
        [
            Id("id"), Id("account_id"), Text("name"), Text("fingerprint"), Text("public_key"), Json("secret"), Time("created_at"),
            Time("confirmed_at").OrNothing, Time("archived_at").OrNothing,
        ]),
        new("tokens", ["id"],
        [
            Id("id"), Id("account_id"), Text("name"), Text("role"), Text("scope"), new("secret_hash", ColumnKind.Bytes),
            Time("created_at"), Time("expires_at"), Time("revoked_at").OrNothing,
        ]),
        new("templates", ["id"],
        [
            Id("id"), Id("account_id"), Text("name"), Text("cloud"), Text("name_prefix").OrNothing, Text("image"), Text("size").OrNothing,
            Json("networks"), Flag("firewall_enabled"), Text("user_data").OrNothing, Json("metadata"), Json("tags"), Json("options"),
            Time("created_at"), Time("archived_at").OrNothing,
        ]),
        new("groups", ["id"],
        [
            Id("id"), Id("account_id"), Text("name"), Id("template_id"), Text("cloud"), Number("capacity_desired"),
            Number("capacity_min"), Number("capacity_max"), Long("interval_us"), Text("scale_in"), Json("brakes"),
            Number("suspended"), Text("phase"), Long("version"), Time("created_at"), Time("updated_at"), Time("archived_at").OrNothing,
            Json("claims").OrLeftOut, Time("scaled_at").OrLeftOut, Json("layout").OrLeftOut, Number("revision").OrLeftOut,
            Json("evacuations").OrLeftOut, Time("held_until").OrLeftOut, Text("scaled_by").OrLeftOut,
            Text("scaled_for").OrLeftOut, Json("policies").OrLeftOut, Flag("is_steered").OrLeftOut, Json("health").OrLeftOut,
            Json("repair").OrLeftOut, Json("notes").OrLeftOut, Json("drain").OrLeftOut, Json("hooks").OrLeftOut,
            Json("traffic").OrLeftOut, Long("lifetime_max_us").OrLeftOut, Json("pool").OrLeftOut,
        ]),
        new("group_revisions", ["group_id", "revision"],
        [
            Id("group_id"), Number("revision"), Id("template_id"), Json("layout").OrLeftOut, Time("created_at"), Text("author").OrNothing,
        ]),
        new("group_states", ["group_id"],
        [
            Id("group_id"), Long("fence"), Text("condition"), Text("reason"), Time("next_attempt_at").OrNothing,
            Time("checked_at").OrNothing, Number("running"), Number("provisioning"), Number("pending"), Number("dead"),
            Number("terminating"), Number("unknown"), Number("established_level"), Json("breaker").OrNothing, Flag("mass_failure"),
            Json("launched").OrNothing, Json("terminated").OrNothing, Json("recent_terminations").OrNothing, Number("failures_in_row"),
            (Json("members") with { KeptAs = "booting" }).OrLeftOut, Json("placements").OrLeftOut,
            Json("moves").OrLeftOut, Long("spend_per_hour").OrLeftOut, Number("unhealthy").OrLeftOut,
            Number("draining").OrLeftOut, Number("warm").OrLeftOut, Number("warming").OrLeftOut,
        ]),
        new("steering_states", ["group_id"],
        [
            Id("group_id"), Time("evaluated_at").OrNothing, Text("conclusion").OrNothing, Long("boot_us").OrNothing,
            Time("short_since").OrNothing, Json("outcomes").OrNothing, Json("words").OrNothing,
        ])
        {
            Condition = "evaluated_at IS NOT NULL OR conclusion IS NOT NULL OR outcomes IS NOT NULL OR words IS NOT NULL",
        },
        new("launches", ["id"],
        [
            Id("id"), Id("group_id"), Id("template_id"), Text("instance_name"), Text("phase"), Flag("is_open"), Time("created_at"),
            Time("updated_at"), Text("instance_id").OrNothing, Number("attempts"), Text("failure").OrNothing, Text("reason"),
            Json("tags").OrLeftOut, Text("placement").OrLeftOut,
        ]),
        new("activities", ["account_id", "position"],
        [
            Long("position"), Id("id"), Id("account_id"), Id("group_id"), Text("type"), Text("status"), Text("description"),
            Text("author"), Text("instance_id").OrNothing, Id("launch_id").OrNothing, Number("count"), Time("first_at"), Time("last_at"),
        ]),
        new("sweep_leases", ["account_id", "cloud"], [Id("account_id"), Text("cloud"), Long("fence")]),

        // Facts about the whole store, of which these are the installation's: a store that is moved while it is paused begins paused, and
        // the tokens of instances are good there, where what sealed their keys is.
        new("meta", ["key"], [Text("key"), Text("value")])
        {
            Condition = $"key IN ('{PauseFacts.Acknowledged}', '{PauseFacts.Paused}', '{ReportKeyFact.Key}') AND value <> ''",
        },
    ];

    /// <summary>The table of that name; null when there is none.</summary>
    public static StoreTable? Find(string name) => All.FirstOrDefault(table => table.Name == name);

    private static Column Id(string name) => new(name, ColumnKind.Id);

    private static Column Text(string name) => new(name, ColumnKind.Text);

    private static Column Number(string name) => new(name, ColumnKind.Number);

    private static Column Long(string name) => Number(name) with { IsLong = true };

    private static Column Flag(string name) => new(name, ColumnKind.Flag);

    private static Column Time(string name) => new(name, ColumnKind.Time);

    private static Column Json(string name) => new(name, ColumnKind.Json);
}

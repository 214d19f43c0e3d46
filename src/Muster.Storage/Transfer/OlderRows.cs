using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

using Muster.Core.Accounts;
using Muster.Records;

namespace Muster.Storage.Transfer;

/// <summary>Brings the rows of an older export into the present form: what the migrations did to stores, done to lines.</summary>
/// <param name="version">
/// The file's. 1 has no users, no credentials and no access of accounts; 2 has no scopes of tokens; 3 calls members booting; 4 has no
/// revisions of groups.
/// </param>
internal sealed class OlderRows(int version)
{
    /// <summary>The table of which an older file has no rows, and every present one has.</summary>
    public const string Made = "group_revisions";

    private readonly ArrayBufferWriter<byte> _present = new();

    // Groups whose first revisions are still to be made: those come after all groups.
    private readonly Queue<JsonElement> _due = new();

    // Accounts come before their tokens.
    private string? _defaultAccount;

    /// <summary>A row as the present form has it.</summary>
    /// <param name="table">Of which table.</param>
    /// <param name="values">
    /// Its members in the older form. A member that its version has and the row lacks is still missing afterwards.
    /// </param>
    /// <returns>The line, good until the next row, and its members, which are the caller's.</returns>
    /// <exception cref="InvalidOperationException">A text holds half a surrogate pair.</exception>
    public (ReadOnlyMemory<byte> Line, JsonElement Values) Bring(StoreTable table, JsonElement values)
    {
        if (table.Name == "accounts" && TextOf(values, "name") == Account.DefaultName)
        {
            _defaultAccount = TextOf(values, "id");
        }

        if (table.Name == "groups")
        {
            _due.Enqueue(values.Clone());
        }

        return Write(table, values);
    }

    /// <summary>The first revisions of the groups so far, once the row after the last group is at hand.</summary>
    /// <param name="before">The table of that row; null at the end.</param>
    public IEnumerable<(StoreTable Table, ReadOnlyMemory<byte> Line, JsonElement Values)> MakeDue(StoreTable? before = null)
    {
        if (before is { Name: "groups" })
        {
            yield break;
        }

        while (_due.TryDequeue(out var group))
        {
            // A group without one of these is refused by then.
            var revision = new JsonObject
            {
                ["group_id"] = TextOf(group, "id"),
                ["revision"] = 1,
                ["template_id"] = TextOf(group, "template_id"),
                ["created_at"] = TextOf(group, "created_at"),
                ["author"] = null,
            };
            var table = StoreTable.Find(Made)!;
            using var document = JsonDocument.Parse(revision.ToJsonString());
            var (line, values) = Write(table, document.RootElement);
            yield return (table, line, values);
        }
    }

    private (ReadOnlyMemory<byte> Line, JsonElement Values) Write(StoreTable table, JsonElement values)
    {
        _present.ResetWrittenCount();
        StoreLine.Write(_present, table, values, column => NameOf(table, column), column => Missing(table, column, values));
        var reader = new Utf8JsonReader(_present.WrittenSpan);
        return (_present.WrittenMemory, JsonElement.ParseValue(ref reader).GetProperty("row"));
    }

    /// <summary>What a column holds that the file's version did not have; null where it must be in the file.</summary>
    private MissingValue? Missing(StoreTable table, Column column, JsonElement values) => (table.Name, column.Name) switch
    {
        ("accounts", "access") when version < 2 => new(Words<AccountAccess>.Of(AccountAccess.Unlisted)),
        ("accounts", "cloud_id" or "key_ordered_at") when version < 2 => new(null),
        ("tokens", "scope") when version < 3 => new(Words<TokenScope>.Of(
            _defaultAccount is not null && TextOf(values, "account_id") == _defaultAccount ? TokenScope.Installation : TokenScope.Account)),
        _ => null,
    };

    /// <summary>What the file's version calls a column.</summary>
    private string NameOf(StoreTable table, Column column) =>
        version < 4 && (table.Name, column.Name) is ("group_states", "members") ? "booting" : column.Name;

    private static string? TextOf(JsonElement values, string column) =>
        values.TryGetProperty(column, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}

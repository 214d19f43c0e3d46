using System.Buffers;
using System.Text.Json;

using Muster.Core.Accounts;
using Muster.Records;

namespace Muster.Storage.Transfer;

/// <summary>Brings the rows of an older export into the present form: what the migrations did to stores, done to lines.</summary>
/// <param name="version">
/// The file's. 1 has no users, no credentials and no access of accounts; 2 has no scopes of tokens; 3 calls members booting.
/// </param>
internal sealed class OlderRows(int version)
{
    private readonly ArrayBufferWriter<byte> _present = new();

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

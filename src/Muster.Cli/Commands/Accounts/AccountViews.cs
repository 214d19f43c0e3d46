using Muster.Api;
using Muster.Api.Accounts;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Accounts;

/// <summary>How accounts are shown.</summary>
internal static class AccountViews
{
    public static void Write(Terminal terminal, IReadOnlyList<AccountView> accounts, bool json)
    {
        if (json)
        {
            Json.WriteArray(terminal.Out, accounts, ApiJson.Default.AccountView);
            return;
        }

        var grid = new Grid("NAME", "ACCESS", "CLOUD ID", "KEY ORDERED", "CREATED", "ID");
        foreach (var account in accounts)
        {
            grid.Add(
                account.Name, Access(account), account.CloudId ?? "-", account.KeyOrderedAt is { } at ? Moments.Text(at) : "-",
                Moments.Text(account.CreatedAt), new Cell(account.Id.ToString(), Tone.Dim));
        }

        grid.Write(terminal);
    }

    private static Cell Access(AccountView account) => account.Access switch
    {
        "allowed" => new(account.Access, Tone.Good),
        "denied" => new(account.Access, Tone.Bad),
        _ => new(account.Access, Tone.Dim),
    };
}

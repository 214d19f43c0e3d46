using Muster.Api;
using Muster.Api.Accounts;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Core.Prices;

namespace Muster.Cli.Commands.Accounts;

/// <summary>How accounts are shown.</summary>
internal static class AccountViews
{
    public static void Write(Terminal terminal, IReadOnlyList<AccountView> accounts, Output output)
    {
        if (output.IsJson)
        {
            Json.WriteArray(terminal.Out, accounts, ApiJson.Default.AccountView);
            return;
        }

        if (output.IsName)
        {
            Names.Write(terminal, accounts.Select(account => account.Name));
            return;
        }

        var grid = new Grid(
            "NAME", "ACCESS", new Column("SPEND/H", Drop: 6), new Column("SPEND MAX/H", Drop: 5), new Column("CLOUD ID", Drop: 1),
            new Column("KEY ORDERED", Drop: 2), new Column("CREATED", Drop: 3),
            new Column("ID", Drop: 4) { IsId = true });
        foreach (var account in accounts)
        {
            grid.Add(
                account.Name, Access(account), Amount(account.SpendPerHour, account), Amount(account.SpendPerHourMax, account),
                account.CloudId ?? "-", account.KeyOrderedAt is { } at ? Moments.Text(at) : "-",
                Moments.Text(account.CreatedAt), new Cell(account.Id.ToString(), Tone.Dim));
        }

        grid.Write(terminal, output);
    }

    private static string Amount(decimal? amount, AccountView account) => amount is not { } spend ? "-"
        : account.Currency is { } currency ? $"{Money.Text(spend)} {currency}"
        : Money.Text(spend);

    private static Cell Access(AccountView account) => account.Access switch
    {
        "allowed" => new(account.Access, Tone.Good),
        "denied" => new(account.Access, Tone.Bad),
        _ => new(account.Access, Tone.Dim),
    };
}

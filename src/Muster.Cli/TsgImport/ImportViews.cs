using System.Collections.Immutable;
using System.Globalization;

using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Triton.Import;

namespace Muster.Cli.TsgImport;

/// <summary>How an import is told.</summary>
internal static class ImportViews
{
    public static void Write(Terminal terminal, ImmutableArray<GroupOutcome> outcomes, bool isReal, bool json)
    {
        if (json)
        {
            Json.WriteArray(terminal.Out, outcomes.Select(outcome => View(outcome, isReal)), ImportViewsJson.Default.ImportedGroupView);
            return;
        }

        var grid = new Grid("ACCOUNT", "GROUP", "WANTED", "MACHINES", new Column("OUTCOME") { Wraps = true });
        foreach (var outcome in outcomes)
        {
            grid.Add(
                outcome.Account,
                outcome.Group.Name,
                Text(outcome.Group.Capacity.Desired),
                outcome.Machines is { } machines ? Text(machines) : null,
                Words(outcome, isReal));
        }

        grid.Write(terminal, Output.Text);
    }

    public static string Sum(ImmutableArray<ImportedAccount> accounts)
    {
        var templates = accounts.SelectMany(account => account.Templates).ToList();
        var groups = accounts.SelectMany(account => account.Groups).ToList();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"accounts: {accounts.Length}, templates: {templates.Count} ({templates.Count(template => template.ArchivedAt is not null)} "
            + $"archived), groups: {groups.Count} ({groups.Count(group => group.ArchivedAt is not null)} archived)");
    }

    /// <summary>
    /// What the original may have left in the accounts: its database tells which keys it made there, and not whether they are there still.
    /// </summary>
    public static IEnumerable<string> OldKeys(
        ImmutableArray<ImportedAccount> accounts) => accounts.SelectMany(account => account.Keys.Select(key =>
            $"the original made key '{key.Name}' ({key.Fingerprint ?? "no fingerprint"}) in account '{account.Account.Name}': "
            + "Muster does not use it; once the original is gone, delete it in Triton if it is still there"));

    private static ImportedGroupView View(GroupOutcome outcome, bool isReal) => new(
        outcome.Account, outcome.Group.Id.Value, outcome.Group.Name, outcome.Group.Capacity.Desired, outcome.Machines, outcome.Held,
        Words(outcome, isReal));

    private static string Words(GroupOutcome outcome, bool isReal) => outcome switch
    {
        { Held: { } held } => $"{(isReal ? "stays suspended" : "would stay suspended")}: {held}",
        { Machines: null } => "taken over before",
        _ => isReal ? "taken over" : "would be taken over",
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

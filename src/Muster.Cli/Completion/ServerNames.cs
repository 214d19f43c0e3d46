using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Core;
using Muster.Core.Accounts;

namespace Muster.Cli.Completion;

/// <summary>Names of what there is at the server, for somebody who waits with a finger on the key.</summary>
internal static class ServerNames
{
    /// <summary>Longer, and the shell seems to hang. A server at hand answers in a few milliseconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>More are no help to a person.</summary>
    private const int NamesMax = 1000;

    /// <summary>The names that Muster's rules allow; none when the server does not say them in time, or refuses to.</summary>
    public static async Task<IReadOnlyList<string>> OfAsync(
        string what, Place place, Terminal terminal, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, terminal.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var client = AddressOptions.Connect(place.Address, place.TokenFile, terminal);
            var names = await AskAsync(client, what, place, either.Token).WaitAsync(either.Token);
            // A shell puts the name into the line as it is: one that says $(...) would be run.
            return [.. names.Where(what == "account" ? Account.IsLogin : EntityName.IsValid)];
        }
        catch (Exception error) when (Failures.Understands(error))
        {
            // Said to nobody: a word on stderr would stand in the midst of what is being typed.
            return [];
        }
    }

    private static async Task<IReadOnlyList<string>> AskAsync(
        MusterClient client, string what, Place place, CancellationToken cancellationToken)
    {
        var page = new PageQuery(Limit: NamesMax);
        return what switch
        {
            "group" => [.. (await client.ListGroupsAsync(page, cancellationToken: cancellationToken)).Items.Select(group => group.Name)],
            "template" =>
                [.. (await client.ListTemplatesAsync(page, cancellationToken: cancellationToken)).Items.Select(template => template.Name)],
            "cloud" => [.. (await client.ListCloudsAsync(cancellationToken)).Items.Select(cloud => cloud.Name)],
            "token" => [.. (await client.ListTokensAsync(cancellationToken)).Items
                .Where(token => token.RevokedAt is null)
                .Select(token => token.Name)],
            "instance" =>
                [.. (await client.ListAllInstancesAsync(cancellationToken: cancellationToken)).Items.Select(instance => instance.Name)],
            "placement" => await PlacementsAsync(client, place, isEvacuated: false, cancellationToken),
            "evacuated placement" => await PlacementsAsync(client, place, isEvacuated: true, cancellationToken),
            "account" => [.. (await client.ListAccountsAsync(cancellationToken)).Items.Select(account => account.Name)],
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, "nothing that a server has names of"),
        };
    }

    /// <summary>Those of the group that the line names; none before it names one.</summary>
    private static async Task<IReadOnlyList<string>> PlacementsAsync(
        MusterClient client, Place place, bool isEvacuated, CancellationToken cancellationToken) => place.Arguments is [var group, ..]
            ? [.. ((await client.GetGroupAsync(group, cancellationToken)).Placements ?? [])
                .Where(placement => placement.EvacuatedAt is not null == isEvacuated)
                .Select(placement => placement.Name)]
            : [];
}

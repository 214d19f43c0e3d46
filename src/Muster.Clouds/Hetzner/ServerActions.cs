using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;

using Muster.Clouds.Hetzner.Wire;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Outbound;

namespace Muster.Clouds.Hetzner;

/// <summary>
/// What actions tell of servers whose status does not say enough: one that is off is on its way up while its start is still to come, and
/// one on its way up whose creation failed never gets there.
/// </summary>
/// <remarks>See docs/decisions/0242-actions-are-asked-where-a-status-does-not-say.md.</remarks>
internal sealed class ServerActions(HetznerApi api, TimeProvider timeProvider)
{
    /// <summary>Up to this age a server may still be on its way up; an older one is what its status says.</summary>
    private static readonly TimeSpan YoungMax = TimeSpan.FromMinutes(15);

    /// <summary>Longer than most take to come up: before, nobody asks.</summary>
    private static readonly TimeSpan UsualBoot = TimeSpan.FromSeconds(30);

    // Clocks differ, and an action begins in the moment in which its server is made.
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    private const string Making = "create_server", Starting = "start_server";

    /// <summary>Whether its actions may tell more than its status.</summary>
    public bool MayTellMore(Server server) =>
        server.Created is { } created && timeProvider.GetUtcNow() - created is var age && age < YoungMax
        && (server.Status == "off" || (server.Status is "initializing" or "starting" && age > UsualBoot));

    /// <summary>Looks: null for each page of actions that is not the last, and then the servers as instances.</summary>
    public async IAsyncEnumerable<ImmutableArray<Instance>?> LookAsync(
        IReadOnlyList<Server> servers, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var bounds = new ListingBounds(timeProvider);
        var since = servers.Min(server => server.Created) - Slack;
        var found = new Dictionary<long, ServerAction>();
        for (var page = 1; ;)
        {
            var answer = await api.GetAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"servers/actions?status=running&status=error&sort=id:desc&page={page}&per_page={HetznerApi.PageSize}"),
                cancellationToken);
            var rows = answer.Read(ActionsAnswer.Of).Actions ?? [];
            foreach (var action in rows.Where(action => action.Command is Making or Starting))
            {
                foreach (var resource in (action.Resources ?? []).Where(resource => resource.Type == "server"))
                {
                    // The newest comes first. A failure says more than what waits for it, and the first of several more than what followed.
                    if (action.Status == "error" || !found.ContainsKey(resource.Id))
                    {
                        found[resource.Id] = action;
                    }
                }
            }

            if (HetznerApi.PageOf(answer).NextPage is not { } next || rows.Any(action => action.Started < since))
            {
                yield return [.. servers.Select(server => Read(server, found.GetValueOrDefault(server.Id)))];
                yield break;
            }

            page = next;
            bounds.OnPage();
            yield return null;
        }
    }

    /// <summary>An instance whose creation may have failed already when it was answered.</summary>
    public static Instance Read(Server server, ServerAction? action) => (ServerReader.Read(server), action?.Status) switch
    {
        ({ State: InstanceState.Stopped or InstanceState.Provisioning } instance, "error") => instance with
        {
            State = InstanceState.Failed,
            StateDetail = $"{server.Status}: {action!.Command} failed: {Why(action)}",
        },
        ({ State: InstanceState.Stopped } instance, "running") => instance with
        {
            State = InstanceState.Provisioning,
            StateDetail = $"{server.Status}: {action!.Command} is still to come",
        },
        var (instance, _) => instance,
    };

    private static string Why(ServerAction action) =>
        ForeignText.Shown($"{action.Error?.Message ?? "no word why"} ({action.Error?.Code ?? "no code"})");
}

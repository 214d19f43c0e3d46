using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Hetzner.Wire;
using Muster.Clouds.Kit;
using Muster.Clouds.Kit.Json;
using Muster.Core.Clouds;

namespace Muster.Clouds.Hetzner;

/// <summary>
/// Finds what a template calls by name: the API takes only the ids of networks, firewalls and placement groups, and knows no newest
/// snapshot.
/// </summary>
/// <remarks>A hundred launches at once cost one look.</remarks>
/// <param name="api">The API.</param>
/// <param name="cloud">What templates call the cloud, for what is said.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="say">Gets which snapshot a selector means, each time that it means another one.</param>
internal sealed class ServerParts(HetznerApi api, string cloud, TimeProvider timeProvider, Action<string> say) : IDisposable
{
    /// <summary>More selectors than all templates of an installation name.</summary>
    private const int SaidMax = 10_000;

    private readonly FoundNames<long> _found = new(timeProvider);
    private readonly ConcurrentDictionary<string, long> _said = new(StringComparer.Ordinal);

    /// <summary>The networks' ids.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.InvalidRequest"/>: there is no such one.</exception>
    public Task<ImmutableArray<long>> NetworksAsync(ImmutableArray<string> names, CancellationToken cancellationToken) =>
        AllAsync("network", "networks", names, NetworksAnswer.Of, answer => answer.Networks, cancellationToken);

    /// <summary>The firewalls' ids.</summary>
    /// <inheritdoc cref="NetworksAsync"/>
    public Task<ImmutableArray<long>> FirewallsAsync(ImmutableArray<string> names, CancellationToken cancellationToken) => AllAsync(
        $"options.{HetznerDescription.Firewalls.Name}", "firewalls", names, FirewallsAnswer.Of, answer => answer.Firewalls,
        cancellationToken);

    /// <summary>The placement group's id; null for none.</summary>
    /// <inheritdoc cref="NetworksAsync"/>
    public async Task<long?> PlacementGroupAsync(string? name, CancellationToken cancellationToken) => name is null ? null :
        (await AllAsync(
            $"options.{HetznerDescription.PlacementGroup.Name}", "placement_groups", [name], PlacementGroupsAnswer.Of,
            answer => answer.PlacementGroups, cancellationToken))[0];

    /// <summary>The newest snapshot with these labels.</summary>
    /// <inheritdoc cref="NetworksAsync"/>
    public Task<long> SnapshotAsync(string selector, CancellationToken cancellationToken) => _found.FindAsync(
        $"snapshot:{selector}",
        async () =>
        {
            var newest = await NewestAsync(selector, architecture: null, cancellationToken)
                ?? throw new CloudException(CloudErrorKind.InvalidRequest, NoSnapshot(selector));
            if (!_said.TryGetValue(selector, out var said) || said != newest.Id)
            {
                if (_said.Count >= SaidMax)
                {
                    _said.Clear();
                }

                _said[selector] = newest.Id;
                say($"{cloud}: image {HetznerTemplates.SnapshotPrefix}{selector} is {ToldSnapshot(newest)} from now on");
            }

            return newest.Id;
        },
        cancellationToken);

    /// <summary>The newest snapshot that can be used; null where there is none.</summary>
    public async Task<Image?> NewestAsync(string selector, string? architecture, CancellationToken cancellationToken)
    {
        var path = $"images?type=snapshot&status=available&label_selector={Uri.EscapeDataString(selector)}"
            + (architecture is null ? "" : $"&architecture={Uri.EscapeDataString(architecture)}");
        var images = await api.ListAsync(path, ImagesAnswer.Of, answer => answer.Images, timeProvider, cancellationToken);
        return images.OrderByDescending(image => image.Created).ThenByDescending(image => image.Id).FirstOrDefault();
    }

    /// <summary>That there is no such snapshot.</summary>
    public static string NoSnapshot(string selector) =>
        $"image is '{HetznerTemplates.SnapshotPrefix}{selector}': no snapshot with these labels is available: hcloud image list --type "
        + "snapshot";

    /// <summary>A snapshot as it is told.</summary>
    public static string ToldSnapshot(Image image) => string.Create(
        CultureInfo.InvariantCulture,
        $"snapshot {ServerReader.Told(image.Id, image.Description)}, made {image.Created?.UtcDateTime:yyyy-MM-dd HH:mm} UTC");

    /// <summary>Whether a name is an id.</summary>
    public static bool IsId(string name) => name.All(char.IsAsciiDigit) && name.Length is >= 1 and <= 18;

    /// <inheritdoc/>
    public void Dispose() => _found.Dispose();

    private async Task<ImmutableArray<long>> AllAsync<T>(
        string field, string list, ImmutableArray<string> names, Func<JsonFields, T> read, Func<T, Named[]?> rows,
        CancellationToken cancellationToken)
        where T : class
    {
        var ids = ImmutableArray.CreateBuilder<long>(names.Length);
        foreach (var name in names)
        {
            ids.Add(IsId(name)
                ? long.Parse(name, CultureInfo.InvariantCulture)
                : await _found.FindAsync(
                    $"{list}:{name}",
                    async () =>
                    {
                        var answer = await api.GetAsync($"{list}?name={Uri.EscapeDataString(name)}", cancellationToken);
                        return rows(answer.Read(read))?.FirstOrDefault(row => row.Name == name)?.Id
                            ?? throw new CloudException(
                                CloudErrorKind.InvalidRequest, $"{field} is '{name}': the project has none of that name");
                    },
                    cancellationToken));
        }

        return ids.MoveToImmutable();
    }
}

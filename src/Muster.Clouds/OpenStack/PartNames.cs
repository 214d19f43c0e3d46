using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;

using Muster.Clouds.Kit;
using Muster.Clouds.OpenStack.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.OpenStack;

/// <summary>Finds what a template calls by name: a creation takes only ids of flavors, images, networks and server groups.</summary>
/// <remarks>A hundred launches at once cost one look, and an id costs none.</remarks>
/// <param name="api">The API.</param>
/// <param name="cloud">What templates call the cloud, for what is said.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="say">Gets which image a name means, each time that it means another one than before.</param>
internal sealed class PartNames(OpenStackApi api, string cloud, TimeProvider timeProvider, Action<string> say) : IDisposable
{
    /// <summary>More images than all templates of an installation name.</summary>
    private const int KnownMax = 10_000;

    /// <summary>Names that a refusal lists.</summary>
    private const int ShownMax = 12;

    // One of each kind looks at a time.
    private readonly FoundNames<string> _flavors = new(timeProvider);
    private readonly FoundNames<string> _images = new(timeProvider);
    private readonly FoundNames<string> _networks = new(timeProvider);
    private readonly FoundNames<string> _groups = new(timeProvider);
    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>The ids of all that a launch needs.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.InvalidRequest"/>: there is no such one; names the field.</exception>
    public async Task<ServerParts> FindAsync(OpenStackSpec spec, CancellationToken cancellationToken)
    {
        // Most are calls to different services: none waits for another.
        var flavor = _flavors.FindAsync(spec.Flavor, () => FlavorIdAsync(spec.Flavor, cancellationToken), cancellationToken);
        var image = IdAsync(_images, spec.Image, () => ImageIdAsync(spec.Image, cancellationToken), cancellationToken);
        var networks = Task.WhenAll((spec.IsOffline ? [] : spec.Networks).Select(name => IdAsync(
            _networks, name, async () => Required(await NetworkAsync(name, cancellationToken), "network", name), cancellationToken)));
        var group = GroupAsync(spec.ServerGroup, cancellationToken);
        await Task.WhenAll(flavor, image, networks, group);
        return new(await flavor, await image, [.. await networks], await group);
    }

    /// <summary>Forgets everything, where what was found may be gone.</summary>
    public void Forget()
    {
        _flavors.Forget();
        _images.Forget();
        _networks.Forget();
        _groups.Forget();
    }

    /// <summary>Every flavor that the project may use.</summary>
    public async Task<ImmutableArray<JsonElement>> FlavorsAsync(CancellationToken cancellationToken)
    {
        var flavors = ImmutableArray.CreateBuilder<JsonElement>();
        var bounds = new ListingBounds(timeProvider);
        for (var marker = ""; ;)
        {
            var page = await api.GetAsync(
                OpenStackService.Compute, "list flavors", $"flavors/detail{(marker.Length == 0 ? "" : $"?marker={marker}")}",
                cancellationToken);
            var before = flavors.Count;
            flavors.AddRange(page.List("flavors"));
            if (NextLink.MarkerOf(page, "flavors_links") is not { } next || flavors.Count == before)
            {
                return flavors.ToImmutable();
            }

            bounds.OnPage(next);
            marker = Uri.EscapeDataString(next);
        }
    }

    /// <summary>The flavor of a name or an id; null where there is none.</summary>
    public static JsonElement? FlavorOf(ImmutableArray<JsonElement> flavors, string name) =>
        flavors.Where(flavor => flavor.Text("name") == name).Concat(flavors.Where(flavor => flavor.Text("id") == name))
            .Select(flavor => (JsonElement?)flavor).FirstOrDefault();

    /// <summary>That there is no such flavor, with those that there are.</summary>
    public static string NoFlavor(ImmutableArray<JsonElement> flavors, string name)
    {
        var names = flavors.Select(flavor => flavor.Text("name")).OfType<string>().Order(StringComparer.Ordinal).ToArray();
        var rest = names.Length > ShownMax ? $" and {names.Length - ShownMax} more" : "";
        return $"size is '{name}': no flavor of this project; there are {string.Join(", ", names.Take(ShownMax))}{rest}";
    }

    /// <summary>The image of an id, or the newest active one of a name; null where there is none.</summary>
    public async Task<JsonElement?> ImageAsync(string name, CancellationToken cancellationToken)
    {
        if (Guid.TryParse(name, out var id))
        {
            return await api.FindAsync(OpenStackService.Image, "look up the image", $"images/{id:D}", cancellationToken);
        }

        var page = await api.GetAsync(
            OpenStackService.Image, "look up the image",
            $"images?name={Uri.EscapeDataString(InFilter(name))}&status=active&sort=created_at:desc&limit=1", cancellationToken);
        return page.List("images").Where(image => image.Text("name") == name).Select(image => (JsonElement?)image).FirstOrDefault();
    }

    /// <summary>The network of a name or an id; null where there is none.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.InvalidRequest"/>: several have the name.</exception>
    public async Task<JsonElement?> NetworkAsync(string name, CancellationToken cancellationToken)
    {
        if (Guid.TryParse(name, out var id))
        {
            return (await api.FindAsync(OpenStackService.Network, "look up the network", $"networks/{id:D}", cancellationToken))
                ?.Find("network");
        }

        var page = await api.GetAsync(
            OpenStackService.Network, "look up the network", $"networks?name={Uri.EscapeDataString(name)}", cancellationToken);
        return Only(page, "networks", "network", name);
    }

    /// <summary>The security group of a name or an id; null where there is none.</summary>
    public async Task<JsonElement?> SecurityGroupAsync(string name, CancellationToken cancellationToken)
    {
        var by = Guid.TryParse(name, out _) ? "id" : "name";
        var page = await api.GetAsync(
            OpenStackService.Network, "look up the security group", $"security-groups?{by}={Uri.EscapeDataString(name)}",
            cancellationToken);
        return Only(page, "security_groups", $"options.{OpenStackDescription.SecurityGroups.Name}", name);
    }

    /// <summary>The server group of a name or an id; null where there is none.</summary>
    public async Task<JsonElement?> ServerGroupAsync(string name, CancellationToken cancellationToken)
    {
        var page = await api.GetAsync(OpenStackService.Compute, "list server groups", "os-server-groups", cancellationToken);
        var named = page.List("server_groups").Where(group => group.Text("name") == name || group.Text("id") == name).ToArray();
        return named.Length > 1 ? throw Several($"options.{OpenStackDescription.ServerGroup.Name}", name) : named is [var one] ? one : null;
    }

    /// <summary>That there is no image of a name.</summary>
    public static string NoImage(string name) => Guid.TryParse(name, out _)
        ? $"image is '{name}': no such image, or not this project's to use: openstack image list"
        : $"image is '{name}': no active image of that name: openstack image list";

    /// <inheritdoc/>
    public void Dispose()
    {
        _flavors.Dispose();
        _images.Dispose();
        _networks.Dispose();
        _groups.Dispose();
    }

    /// <summary>A name with a colon or a comma has to be in quotes, or the image service reads an operator in it.</summary>
    private static string InFilter(string name) => name.AsSpan().ContainsAny(':', ',')
        ? $"in:\"{name.Replace("\"", "\\\"", StringComparison.Ordinal)}\""
        : name;

    private static JsonElement? Only(JsonElement page, string list, string field, string name)
    {
        var found = page.List(list).ToArray();
        return found.Length > 1 ? throw Several(field, name) : found is [var one] ? one : null;
    }

    private static CloudException Several(string field, string name) =>
        new(CloudErrorKind.InvalidRequest, $"{field} is '{name}': several have that name; give the id of one");

    private static string Required(JsonElement? found, string field, string name) => found?.Text("id")
        ?? throw new CloudException(CloudErrorKind.InvalidRequest, $"{field} is '{name}': the project has none of that name");

    private async Task<string> FlavorIdAsync(string name, CancellationToken cancellationToken)
    {
        var flavors = await FlavorsAsync(cancellationToken);
        return FlavorOf(flavors, name)?.Text("id") ?? throw new CloudException(CloudErrorKind.InvalidRequest, NoFlavor(flavors, name));
    }

    private async Task<string> ImageIdAsync(string name, CancellationToken cancellationToken)
    {
        var image = await ImageAsync(name, cancellationToken);
        if (image?.Text("id") is not { } id)
        {
            throw new CloudException(CloudErrorKind.InvalidRequest, NoImage(name));
        }

        var isKnown = _known.TryGetValue(name, out var known);
        if (known == id)
        {
            return id;
        }

        if (_known.Count >= KnownMax)
        {
            _known.Clear();
        }

        _known[name] = id;

        // The first image found is the one that was meant. Only a change is worth a word.
        if (isKnown)
        {
            say($"{cloud}: image {name} is {id}, made {image.Value.Text("created_at")}, from now on, and no more {known}");
        }

        return id;
    }

    private async Task<string?> GroupAsync(string? name, CancellationToken cancellationToken) => name is null ? null : await IdAsync(
        _groups, name,
        async () => Required(
            await ServerGroupAsync(name, cancellationToken), $"options.{OpenStackDescription.ServerGroup.Name}", name),
        cancellationToken);

    private static Task<string> IdAsync(
        FoundNames<string> names, string name, Func<Task<string>> look, CancellationToken cancellationToken) =>
        Guid.TryParse(name, out var known) ? Task.FromResult(known.ToString("D")) : names.FindAsync(name, look, cancellationToken);
}

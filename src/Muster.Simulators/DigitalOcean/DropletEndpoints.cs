using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

using Muster.Simulators.Kit;

namespace Muster.Simulators.DigitalOcean;

/// <summary>What DigitalOcean does below <c>/v2/droplets</c>.</summary>
internal sealed partial class DropletEndpoints(DigitalOceanSimulatorOptions options, DropletPark park, TimeProvider timeProvider)
{
    private const int UserDataBytesMax = 64 * 1024;
    private const int TagLengthMax = 255;

    // What a creation may hold; anything else is a slip that the real one would drop in silence.
    private static readonly string[] Known =
    [
        "name", "region", "size", "image", "ssh_keys", "backups", "ipv6", "monitoring", "tags", "user_data", "vpc_uuid",
        "public_networking", "with_droplet_agent",
    ];

    private static readonly string[] Switches = ["backups", "ipv6", "monitoring"];

    private readonly Lock _counting = new();

    public List<JsonObject> List(CallerOfDigitalOcean caller, IReadOnlyDictionary<string, string> query)
    {
        caller.Need("droplet:read");
        var (tag, name) = (query.GetValueOrDefault("tag_name"), query.GetValueOrDefault("name"));
        if (tag is null)
        {
            return park.List(droplet => name is null || string.Equals(droplet.Name, name, StringComparison.OrdinalIgnoreCase));
        }

        caller.Need("tag:read");
        return name is null
            ? park.List(droplet => droplet.Tags.Contains(tag))
            : throw DigitalOceanRefusal.Unprocessable("tag_name can not be combined with name or type");
    }

    public Reply Get(CallerOfDigitalOcean caller, string id)
    {
        caller.Need("droplet:read");
        return new(200, new JsonObject { ["droplet"] = Find(id, droplet => droplet.ToJson()) });
    }

    public Reply Delete(CallerOfDigitalOcean caller, string id)
    {
        caller.Need("droplet:delete");
        park.Delete(Find(id, droplet => options.LocksNew && droplet.State is "new"
            ? throw DigitalOceanRefusal.Unprocessable("Droplet already has a pending event.")
            : droplet).Id);
        return new(204);
    }

    public Reply Act(CallerOfDigitalOcean caller, string id, byte[] json)
    {
        caller.Need("droplet:update");
        var body = Parse(json);
        if (body.FirstOrDefault(field => field.Key is not "type").Key is { } unknown)
        {
            throw DigitalOceanRefusal.Unprocessable($"{unknown} is not a field of this action");
        }

        var order = Text(body, "type");
        var (state, droplet) = Find(id, one => Tuple.Create(one.State, one));
        if (state is "new" || droplet.IsBusy)
        {
            throw DigitalOceanRefusal.Unprocessable("Droplet already has a pending event.");
        }

        return new(201, new JsonObject
        {
            ["action"] = (order, state) switch
            {
                ("shutdown" or "power_off", "active") => park.Switch(droplet, order!, "off"),
                ("power_on", "off") => park.Switch(droplet, order, "active"),
                ("shutdown" or "power_off", _) => throw DigitalOceanRefusal.Unprocessable("Droplet is already powered off."),
                ("power_on", _) => throw DigitalOceanRefusal.Unprocessable("Droplet is already powered on."),
                _ => throw DigitalOceanRefusal.Unprocessable("Type is not included in the list"),
            },
        });
    }

    public Reply Create(CallerOfDigitalOcean caller, byte[] json)
    {
        caller.Need("droplet:create");
        var body = Parse(json);
        if (body.FirstOrDefault(field => !Known.Contains(field.Key)).Key is { } unknown)
        {
            throw DigitalOceanRefusal.Unprocessable($"{unknown} is not a field of a creation");
        }

        var tags = Tags(caller, body);
        var name = Text(body, "name") ?? "";
        if (name.Length > TagLengthMax || !Name().IsMatch(name))
        {
            throw DigitalOceanRefusal.Unprocessable("Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)");
        }

        if (Text(body, "user_data") is { } userData && Encoding.UTF8.GetByteCount(userData) > UserDataBytesMax)
        {
            throw DigitalOceanRefusal.Unprocessable("User data is too large, the maximum is 64 KiB");
        }

        if (options.AccountStatus is "locked")
        {
            throw new DigitalOceanRefusal(403, "forbidden", "You are not authorized to perform this operation");
        }

        var image = Image(caller, body);
        var size = Catalogue.FindSize(Text(body, "size") ?? "")
            ?? throw DigitalOceanRefusal.Unprocessable("You specified an invalid size for Droplet creation.");
        var region = Region(body, size, image);
        var vpc = Vpc(caller, body, region);
        var now = timeProvider.GetUtcNow();

        // Counted and taken in one step: of two creations for the last place one is refused.
        lock (_counting)
        {
            if (park.Alive.Count >= options.MachinesMax)
            {
                throw DigitalOceanRefusal.Unprocessable("creating this/these droplet(s) will exceed your droplet limit");
            }

            return new(202, park.Provision(
                new()
                {
                    Id = park.NextId(),
                    Name = name,
                    State = "new",
                    Created = now,
                    Updated = now,
                    Size = (string)size["slug"]!,
                    Image = (long)image["id"]!,
                    Region = region,
                    Vpc = vpc,
                    UserData = Text(body, "user_data"),
                    SshKeys = SshKeys(caller, body),
                    Features = [.. Switches.Where(feature => Flag(body, feature) is true)],
                    IsPublic = Flag(body, "public_networking") is not false,
                },
                tags));
        }
    }

    private static JsonObject Image(CallerOfDigitalOcean caller, JsonObject body)
    {
        caller.Need("image:read");
        var asked = body["image"];
        var isSlug = asked?.GetValueKind() is JsonValueKind.String;
        return asked is not null && Catalogue.FindImage(asked.ToString()) is { } image && (!isSlug || image["slug"] is not null)
            ? image
            : throw DigitalOceanRefusal.Unprocessable("You specified an invalid image for Droplet creation.");
    }

    private string Region(JsonObject body, JsonObject size, JsonObject image)
    {
        var prefix = Text(body, "region") ?? "";
        var named = Catalogue.Regions.Where(region => ((string)region["slug"]!).StartsWith(prefix, StringComparison.Ordinal)).ToArray();
        if (named.Length == 0)
        {
            throw DigitalOceanRefusal.Unprocessable("You specified an invalid region for Droplet creation.");
        }

        var open = named.Where(region => (bool)region["available"]!).Select(region => (string)region["slug"]!)
            .Where(slug => !options.ClosedRegions.Contains(slug)).ToArray();
        if (open.Length == 0)
        {
            throw DigitalOceanRefusal.Unprocessable("Region is not available");
        }

        var withImage = open.Where(slug => Holds(image, slug)).ToArray();
        if (withImage.Length == 0)
        {
            throw DigitalOceanRefusal.Unprocessable(
                "The image you specified is not available in the selected region, "
                + "you can transfer it to this region from the images pages.");
        }

        return withImage.FirstOrDefault(slug => !options.IsFull && !options.FullRegions.Contains(slug) && Holds(size, slug))
            ?? throw DigitalOceanRefusal.Unprocessable("size is unavailable");
    }

    private static bool Holds(JsonObject thing, string region) => ((JsonArray)thing["regions"]!).Any(one => (string?)one == region);

    private static string Vpc(CallerOfDigitalOcean caller, JsonObject body, string region)
    {
        if (Text(body, "vpc_uuid") is not { } asked)
        {
            return (string)Catalogue.Vpcs.First(vpc => (string)vpc["region"]! == region)["id"]!;
        }

        caller.Need("vpc:read");
        return Catalogue.FindVpc(asked) is { } vpc && (string)vpc["region"]! == region
            ? asked
            : throw DigitalOceanRefusal.Unprocessable("VPC uuid is invalid for the selected region");
    }

    private static ImmutableArray<long> SshKeys(CallerOfDigitalOcean caller, JsonObject body)
    {
        if (body["ssh_keys"] is not JsonArray keys || keys.Count == 0)
        {
            return [];
        }

        caller.Need("ssh_key:read");
        return
        [
            .. keys.Select(key => Catalogue.FindSshKey(key?.ToString() ?? "") is { } found
                ? (long)found["id"]!
                : throw DigitalOceanRefusal.Unprocessable(
                    $"{key} are invalid key identifiers for Droplet creation. SSH keys must be of the account")),
        ];
    }

    private static ImmutableArray<string> Tags(CallerOfDigitalOcean caller, JsonObject body)
    {
        if (body["tags"] is not JsonArray tags || tags.Count == 0)
        {
            return [];
        }

        caller.Need("tag:create");
        ImmutableArray<string> words = [.. tags.Select(tag => tag?.ToString() ?? "")];
        return words.All(word => word.Length is > 0 and <= TagLengthMax && Tag().IsMatch(word))
            ? [.. words.Distinct()]
            : throw DigitalOceanRefusal.Unprocessable("Tags may contain letters, numbers, colons, dashes and underscores");
    }

    private T Find<T>(string id, Func<SimulatedDroplet, T> use) where T : class =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && park.With(number, droplet => droplet.IsGone ? null : use(droplet)) is { } found
            ? found
            : throw DigitalOceanRefusal.NotFound();

    private static JsonObject Parse(byte[] json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? throw new JsonException("no object");
        }
        catch (JsonException error)
        {
            throw new DigitalOceanRefusal(400, "bad_request", $"the body is not understood: {error.Message}");
        }
    }

    private static string? Text(JsonObject body, string name) => body[name] switch
    {
        null => null,
        var value when value.GetValueKind() is JsonValueKind.String => value.GetValue<string>(),
        _ => throw DigitalOceanRefusal.Unprocessable($"{name} must be a string"),
    };

    private static bool? Flag(JsonObject body, string name) => body[name] switch
    {
        null => null,
        var value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>(),
        _ => throw DigitalOceanRefusal.Unprocessable($"{name} must be a boolean"),
    };

    [GeneratedRegex(@"^[a-zA-Z0-9]?[a-z0-9A-Z.\-]*[a-z0-9A-Z]$")]
    private static partial Regex Name();

    [GeneratedRegex("^[a-zA-Z0-9_:-]+$")]
    private static partial Regex Tag();
}

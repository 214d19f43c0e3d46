using System.Collections.Immutable;
using System.CommandLine;

using Muster.Api.Templates;
using Muster.Cli.Exits;
using Muster.Core.Templates;

namespace Muster.Cli.Arguments;

/// <summary>What an instance is, said on the command line; what <c>template create</c> and <c>scale</c> share.</summary>
internal sealed class TemplateOptions
{
    private readonly NameOption _cloud = new("--cloud", "cloud", "The configured cloud it launches on.");
    private readonly Option<string?> _image = new("--image")
    {
        Description = "What the cloud boots: an image id or name; for local, a command line.",
        HelpName = "image",
    };

    private readonly Option<string?> _size = new("--size") { Description = "How big, in the cloud's own words.", HelpName = "size" };
    private readonly Option<string[]?> _networks = new("--network")
    {
        Description = "A network to attach; may be repeated, order counts.",
        HelpName = "network",
    };

    private readonly Option<string?> _namePrefix = new("--name-prefix")
    {
        Description = "Start of each instance's name; the group's name unless set.",
        HelpName = "prefix",
    };

    private readonly Option<bool> _firewall = new("--firewall") { Description = "Turn the cloud's firewall on for each instance." };
    private readonly FileOption _userDataFile = new("--user-data-file")
    {
        Description = "A file handed to each instance at first boot; 64 KiB at most. docs/health.md says what Muster fills in.",
    };

    private readonly PairsOption _metadata = new("--metadata", "A fact handed to each instance; may be repeated.");
    private readonly PairsOption _tags = new("--tag", "A tag put on each instance; may be repeated.");
    private readonly PairsOption _options = new("--option", "An option of that cloud's own; may be repeated.")
    {
        Keys = ("Options of clouds for --option, by kind", KindOptions.OfTemplates),
    };

    private Option[] All =>
        [_cloud, _image, _size, _networks, _namePrefix, _firewall, _userDataFile, _metadata, _tags, _options];

    public void AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>Lays what was given over <paramref name="file"/>: the command line wins, field by field, pairs key by key.</summary>
    /// <exception cref="CliException">The user data file cannot be read or is too large.</exception>
    public TemplateInput Read(ParseResult parse, TemplateInput file) => file with
    {
        Cloud = parse.GetValue(_cloud) ?? file.Cloud,
        Image = parse.GetValue(_image) ?? file.Image,
        Size = parse.GetValue(_size) ?? file.Size,
        Networks = parse.GetValue(_networks) is { Length: > 0 } given ? given : file.Networks,
        NamePrefix = parse.GetValue(_namePrefix) ?? file.NamePrefix,
        FirewallEnabled = parse.GetValue(_firewall) ? true : file.FirewallEnabled,
        UserData = parse.GetValue(_userDataFile) is { } data ? UserDataFile.Read(data.FullName) : file.UserData,
        Metadata = Over(file.Metadata, parse.GetValue(_metadata)),
        Tags = Over(file.Tags, parse.GetValue(_tags)),
        Options = Over(file.Options, parse.GetValue(_options)),
    };

    /// <summary>The fields of the API that were given, pairs key by key.</summary>
    public IEnumerable<string> Fields(ParseResult parse)
    {
        (Option Option, string Field)[] single =
        [
            (_cloud, "cloud"), (_image, "image"), (_size, "size"), (_networks, "networks"), (_namePrefix, "name_prefix"),
            (_firewall, "firewall_enabled"), (_userDataFile, "user_data"),
        ];
        (PairsOption Option, string Field)[] pairs = [(_metadata, "metadata"), (_tags, "tags"), (_options, "options")];
        return
        [
            .. single.Where(one => parse.GetResult(one.Option) is { Implicit: false }).Select(one => one.Field),
            .. pairs.SelectMany(one => (parse.GetValue(one.Option) ?? []).Select(pair => $"{one.Field}.{pair.Key}")),
        ];
    }

    /// <summary>The first of these options that was given; null for none.</summary>
    public Option? FirstGiven(ParseResult parse) => All.FirstOrDefault(option => parse.GetResult(option) is { Implicit: false });

    /// <summary>A template of what was given, for who keeps it nowhere: without a name, an id and an owner.</summary>
    /// <remarks>What was left out is empty, which <see cref="TemplateRules"/> report as missing where it is required.</remarks>
    public static Template Make(TemplateInput input) => new()
    {
        Id = default,
        Account = default,
        Name = "",
        Cloud = input.Cloud ?? "",
        Image = input.Image ?? "",
        Size = input.Size,
        Networks = [.. input.Networks ?? []],
        NamePrefix = input.NamePrefix,
        FirewallEnabled = input.FirewallEnabled ?? false,
        UserData = input.UserData,
        Metadata = Pairs(input.Metadata),
        Tags = Pairs(input.Tags),
        Options = Pairs(input.Options),
        CreatedAt = default,
    };

    private static ImmutableSortedDictionary<string, string> Pairs(IReadOnlyDictionary<string, string>? given) =>
        given?.ToImmutableSortedDictionary(StringComparer.Ordinal) ?? ImmutableSortedDictionary<string, string>.Empty;

    private static IReadOnlyDictionary<string, string>? Over(
        IReadOnlyDictionary<string, string>? file, SortedDictionary<string, string>? given)
    {
        if (given is not { Count: > 0 })
        {
            return file;
        }

        foreach (var (key, value) in file ?? new Dictionary<string, string>())
        {
            given.TryAdd(key, value);
        }

        return given;
    }
}

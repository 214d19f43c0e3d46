using System.Collections.Immutable;
using System.Globalization;
using System.Net;

using Muster.Core.Life;

namespace Muster.Core.Traffic;

/// <summary>What a group may say of the sources that it uses.</summary>
public static class TrafficRules
{
    /// <summary>Most sources of one group.</summary>
    public const int UsesMax = 8;

    /// <summary>Most characters of a service's or an attribute's name.</summary>
    public const int NameMax = 64;

    /// <summary>Most characters of a backend's name: room for what clouds call one by its whole path.</summary>
    public const int BackendMax = 256;

    /// <summary>Most characters of a path.</summary>
    public const int PathMax = 512;

    // What HAProxy allows in the name of a proxy, and Consul in the name of a service that DNS is to tell.
    private const string NameMarks = "-_.:";

    /// <summary>What is in force after what was asked.</summary>
    /// <param name="asked">The whole list; an empty one for no source; null for nothing asked.</param>
    /// <param name="current">What is in force.</param>
    /// <param name="directory">The sources that there are; null where whoever asks does not know, and names are believed.</param>
    /// <param name="errors">Gets what is wrong, as <c>traffic[0].port</c>.</param>
    public static TrafficUses Resolve(
        ImmutableArray<TrafficUseEdit>? asked, TrafficUses current, ITrafficDirectory? directory,
        ImmutableArray<InputError>.Builder errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (asked is not { } list)
        {
            return current;
        }

        if (list.Length > UsesMax)
        {
            errors.Add(new("traffic", Text(list.Length), Text($"at most {UsesMax} sources")));
            return current;
        }

        var uses = ImmutableArray.CreateBuilder<TrafficUse>(list.Length);
        for (var i = 0; i < list.Length; i++)
        {
            uses.Add(Resolve(list[i], Text($"traffic[{i}]"), directory, errors));
            if (uses.Take(i).Any(before => before.Source == uses[i].Source && before.Backend == uses[i].Backend
                && before.Service == uses[i].Service && before.Path == uses[i].Path))
            {
                errors.Add(new(Text($"traffic[{i}].source"), InputError.Shown(list[i].Source), "each source once for the same purpose"));
            }
        }

        return new(uses.MoveToImmutable());
    }

    /// <summary>A drain goes through sources that the group uses: through another it would be over before it began.</summary>
    /// <param name="drain">The group's drain; null for none.</param>
    /// <param name="uses">The sources that the group uses.</param>
    /// <param name="errors">Gets what is wrong, as <c>drain.through</c>.</param>
    public static void CheckDrain(Drain? drain, TrafficUses uses, ImmutableArray<InputError>.Builder errors)
    {
        ArgumentNullException.ThrowIfNull(uses);
        ArgumentNullException.ThrowIfNull(errors);
        foreach (var name in drain?.Through ?? [])
        {
            if (uses.All.All(use => use.Source != name))
            {
                errors.Add(new("drain.through", name, uses.IsEmpty
                    ? "a source of the group's own traffic, which has none"
                    : $"a source of the group's own traffic: {string.Join(", ", uses.All.Select(use => use.Source).Distinct())}"));
            }
        }
    }

    private static TrafficUse Resolve(
        TrafficUseEdit asked, string field, ITrafficDirectory? directory, ImmutableArray<InputError>.Builder errors)
    {
        var before = errors.Count;
        TrafficNeeds? needs = null;
        if (!EntityName.IsValid(asked.Source))
        {
            errors.Add(new($"{field}.source", InputError.Shown(asked.Source), EntityName.RuleFor(asked.Source)));
        }
        else if (directory is not null && !directory.TryFind(asked.Source!, out needs))
        {
            errors.Add(new($"{field}.source", asked.Source, directory.Names is []
                ? "the name of a [[traffic]] source of the server's configuration, which has none"
                : $"a source of traffic of the server's configuration: {string.Join(", ", directory.Names)}"));
        }

        Backend($"{field}.backend", asked.Backend, errors);
        Name($"{field}.service", asked.Service, errors);
        Port(field, asked, errors);
        Path(field, asked.Path, errors);
        if (asked.Network is { } network && !IPNetwork.TryParse(network, out _))
        {
            errors.Add(new($"{field}.network", InputError.Shown(network), "a network such as 10.0.0.0/8 or fd00::/8"));
        }

        if (needs is not null && errors.Count == before)
        {
            Fit(field, asked, needs, errors);
        }

        return new()
        {
            Source = asked.Source ?? "",
            Backend = asked.Backend,
            Service = asked.Service,
            Port = asked.Port,
            Attribute = asked.Attribute,
            Network = asked.Network,
            Path = asked.Path,
            Health = asked.Health is true,
        };
    }

    private static void Fit(string field, TrafficUseEdit asked, TrafficNeeds needs, ImmutableArray<InputError>.Builder errors)
    {
        Span<(string Name, string? Given, bool? Needed)> fields =
        [
            ("backend", asked.Backend, needs.Backend),
            ("service", asked.Service, needs.Service),
            ("path", asked.Path, needs.Path),
            ("port", asked.Attribute ?? (asked.Port is { } port ? Text(port) : null), needs.Port),
        ];
        foreach (var (name, given, needed) in fields)
        {
            if (given is null && needed is true)
            {
                var or = name == "port" ? ", or attribute, which names the attribute with the port" : "";
                errors.Add(new($"{field}.{name}", null, $"the source {asked.Source} needs it{or}"));
            }
            else if (given is not null && needed is null)
            {
                errors.Add(new($"{field}.{name}", given, $"leave it out: the source {asked.Source} is of a kind that takes no {name}"));
            }
        }

        if (asked.Health is true && !needs.HasHealth)
        {
            errors.Add(new($"{field}.health", "true", $"false: the source {asked.Source} makes no checks"));
        }
    }

    private static void Name(string field, string? name, ImmutableArray<InputError>.Builder errors)
    {
        if (name is not null && !(name.Length is > 0 and <= NameMax && name.All(IsNameCharacter)))
        {
            errors.Add(new(field, InputError.Shown(name) ?? "", Text($"1 to {NameMax} characters of A-Z a-z 0-9 . _ - :")));
        }
    }

    private static void Backend(string field, string? name, ImmutableArray<InputError>.Builder errors)
    {
        if (name is not null && !(name.Length is > 0 and <= BackendMax && name.All(c => c is '/' || IsNameCharacter(c))))
        {
            errors.Add(new(field, InputError.Shown(name) ?? "", Text($"1 to {BackendMax} characters of A-Z a-z 0-9 . _ - : /")));
        }
    }

    private static void Port(string field, TrafficUseEdit asked, ImmutableArray<InputError>.Builder errors)
    {
        if (asked.Port is { } port && port is < 1 or > IPEndPoint.MaxPort)
        {
            errors.Add(new($"{field}.port", Text(port), Text($"1 to {IPEndPoint.MaxPort}")));
        }

        Name($"{field}.attribute", asked.Attribute, errors);
        if (asked.Port is not null && asked.Attribute is not null)
        {
            errors.Add(new($"{field}.attribute", asked.Attribute, "either port or attribute"));
        }
    }

    private static void Path(string field, string? path, ImmutableArray<InputError>.Builder errors)
    {
        if (path is not null && !(path.Length <= PathMax && path.StartsWith('/') && path.All(c => c is > ' ' and <= '~')))
        {
            errors.Add(new(
                $"{field}.path", InputError.Shown(path) ?? "",
                Text($"a path that begins with a slash, of at most {PathMax} visible ASCII characters")));
        }
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || NameMarks.Contains(c, StringComparison.Ordinal);

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}

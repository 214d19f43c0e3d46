using System.Collections.Immutable;

namespace Muster.Clouds.OpenStack.Identity;

/// <summary>What is said of a connection, by the names of <c>clouds.yaml</c>: of <c>auth</c> and beside it. Holds secrets.</summary>
/// <remarks>openstack/openstacksdk:doc/source/user/config/configuration.rst; openstack/keystoneauth:keystoneauth1/loading.</remarks>
/// <param name="Values">The values by name.</param>
/// <param name="Source">Where they are from, for people.</param>
internal sealed record AuthSettings(ImmutableDictionary<string, string> Values, string Source)
{
    // In clouds.yaml these stand below auth; their variables begin with OS_.
    private static readonly string[] Names =
    [
        "auth_url", "username", "user_id", "password", "project_name", "project_id", "user_domain_name", "user_domain_id",
        "project_domain_name", "project_domain_id", "application_credential_id", "application_credential_name",
        "application_credential_secret",
    ];

    private static readonly string[] NamesBeside = ["auth_type", "region_name", "interface", "cacert", "verify"];

    private static readonly (string Variable, string Name)[] OlderVariables =
        [("OS_TENANT_NAME", "project_name"), ("OS_TENANT_ID", "project_id"), ("OS_ENDPOINT_TYPE", "interface")];

    /// <summary>A value; null where it is not there or empty.</summary>
    public string? this[string name] => Values.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>A record prints its members, and this one must not.</summary>
    public override string ToString() => Source;

    /// <summary>Those of the environment; null where it names no identity service.</summary>
    /// <param name="variable">The value of a variable.</param>
    public static AuthSettings? OfEnvironment(Func<string, string?> variable)
    {
        var values = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, older) in OlderVariables)
        {
            Add(values, older, variable(name));
        }

        foreach (var name in Names.Concat(NamesBeside))
        {
            Add(values, name, variable($"OS_{name.ToUpperInvariant()}"));
        }

        return values.ContainsKey("auth_url") ? new(values.ToImmutable(), "the environment's OS_ variables") : null;
    }

    /// <summary>Those of one cloud in a file.</summary>
    /// <param name="text">The file.</param>
    /// <param name="secrets">A <c>secure.yaml</c> beside it, whose values win; null for none.</param>
    /// <param name="cloud">Which cloud; null where there is one alone.</param>
    /// <param name="path">Where the file is, for people.</param>
    /// <exception cref="FormatException">It is no such file, or it has no such cloud; says what is needed.</exception>
    public static AuthSettings OfFile(string text, string? secrets, string? cloud, string path)
    {
        var clouds = YamlText.Read(text).Find("clouds") ?? throw new FormatException("a clouds.yaml, with a mapping 'clouds'");
        var names = clouds.MappingNames;
        var name = cloud ?? (names.Length == 1 ? names[0] : throw new FormatException(
            $"a clouds.yaml with one cloud, or the option os_cloud with one of {string.Join(", ", names)}"));
        var found = clouds.Find(name) ?? throw new FormatException(
            $"a clouds.yaml with the cloud '{name}'; it has {(names.IsEmpty ? "none" : string.Join(", ", names))}");
        var values = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        Add(values, found);
        if (secrets is not null && YamlText.Read(secrets).Find("clouds")?.Find(name) is { } secret)
        {
            Add(values, secret);
        }

        return new(values.ToImmutable(), $"the cloud '{name}' of {path}");
    }

    private static void Add(ImmutableDictionary<string, string>.Builder values, YamlText cloud)
    {
        foreach (var name in NamesBeside)
        {
            Add(values, name, cloud.Texts.GetValueOrDefault(name));
        }

        foreach (var name in Names)
        {
            Add(values, name, cloud.Find("auth")?.Texts.GetValueOrDefault(name));
        }
    }

    private static void Add(ImmutableDictionary<string, string>.Builder values, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            values[name] = value;
        }
    }
}

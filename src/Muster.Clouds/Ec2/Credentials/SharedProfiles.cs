using System.Collections.Immutable;

using Muster.Clouds.Kit;

namespace Muster.Clouds.Ec2.Credentials;

/// <summary>The profiles of the shared files, as they are now.</summary>
internal sealed class SharedProfiles
{
    private const string ProfileStart = "profile ", SessionStart = "sso-session ";

    private static readonly ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>> None =
        ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>>.Empty;

    private readonly ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>> _credentials, _config;

    private SharedProfiles(
        ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>> credentials,
        ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>> config) =>
        (_credentials, _config) = (credentials, config);

    /// <summary>Reads them: where the configuration names a file, that one alone; both the usual ones otherwise.</summary>
    /// <exception cref="IOException">One cannot be read.</exception>
    public static SharedProfiles Read(CredentialOptions options)
    {
        var isGiven = options.CredentialsFile is not null || options.ConfigFile is not null;
        return new(
            ReadOne(options, options.CredentialsFile, isGiven, "AWS_SHARED_CREDENTIALS_FILE", "credentials"),
            ReadOne(options, options.ConfigFile, isGiven, "AWS_CONFIG_FILE", "config"));
    }

    /// <summary>Whether there is a profile of that name.</summary>
    public bool Has(string name) => !Find(name).IsEmpty;

    /// <summary>What both files say of a profile; the credentials file wins. Empty where there is none.</summary>
    public ImmutableSortedDictionary<string, string> Find(string name)
    {
        var config = _config.GetValueOrDefault(name == "default" && !_config.ContainsKey(ProfileStart + name) ? name : ProfileStart + name);
        return (config ?? ImmutableSortedDictionary<string, string>.Empty)
            .SetItems(_credentials.GetValueOrDefault(name, ImmutableSortedDictionary<string, string>.Empty));
    }

    /// <summary>What is said of a single sign-on session; null where there is none.</summary>
    public ImmutableSortedDictionary<string, string>? FindSession(string name) => _config.GetValueOrDefault(SessionStart + name);

    private static ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>> ReadOne(
        CredentialOptions options, string? given, bool isGiven, string variable, string usual) =>
        given is not null ? SharedFile.Read(given, options.Files)
        : isGiven ? None
        : SharedFile.Read(options.Variable(variable) ?? Path.Combine(options.AwsDirectory, usual), CloudFiles.OnDisk);
}

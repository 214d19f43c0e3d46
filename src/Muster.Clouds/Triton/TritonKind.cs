using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Muster.Clouds.Kit;
using Muster.Clouds.Triton.Api;
using Muster.Clouds.Triton.Signing;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Triton;

/// <summary>Reads the configuration of a cloud of kind <c>triton</c>.</summary>
internal static class TritonKind
{
    private const string Known =
        "url, credential, account, user, key_file, key_id, agent_socket, key_prefix, datacenter, key_type, auth_url, auth_timeout, rsa_hash, "
        + "ca_file, accept_version, page_size, change_feed or timeout";

    private static readonly ImmutableArray<string> OfOneKey = ["account", "user", "key_file", "key_id", "agent_socket"];
    private static readonly ImmutableArray<string> OfAccounts = ["key_prefix", "datacenter", "key_type", "auth_url", "auth_timeout"];

    private static readonly TimeSpan TimeoutMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TimeoutMax = TimeSpan.FromSeconds(100);

    /// <summary>Opens it; CloudAPI itself is not called yet.</summary>
    /// <exception cref="InputException">An option is unknown or wrong; names every one.</exception>
    public static ICloud Open(CloudSetup setup)
    {
        var options = Read(setup);
        if (options.ByAccount)
        {
            throw new InputException(Field(setup, "credential"), ByAccount, "key: here nobody is an account with a service key");
        }

        var authorities = ReadAuthorities(setup, options);
        var signer = ReadKey(setup, options);
        return new TritonCloud(options, signer, authorities, setup.Time, setup.Say);
    }

    /// <summary>Opens it to be spoken to as each account; null when it has one key for all.</summary>
    /// <exception cref="InputException">An option is unknown or wrong; names every one.</exception>
    public static ICloudByAccount? OpenByAccount(CloudSetup setup)
    {
        if (setup.Options.GetValueOrDefault("credential") is not ByAccount)
        {
            return null;
        }

        var options = Read(setup);
        return new TritonByAccount(options, ReadAuthorities(setup, options), setup.Time, setup.Say);
    }

    /// <summary>Reads all that opening it would read, keys and certificates too.</summary>
    /// <exception cref="InputException">An option is unknown or wrong, or what it names; names every one.</exception>
    public static void Check(CloudSetup setup)
    {
        var options = Read(setup);
        var errors = ImmutableArray.CreateBuilder<InputError>();
        Try(() => ReadAuthorities(setup, options));
        if (!options.ByAccount)
        {
            Try(() => ReadKey(setup, options).Dispose());
        }

        InputException.ThrowIfAny(errors);

        void Try(Action read)
        {
            try
            {
                read();
            }
            catch (InputException error)
            {
                errors.AddRange(error.Errors);
            }
        }
    }

    internal static TritonCloudOptions Read(CloudSetup setup)
    {
        var options = new TritonCloudOptions();
        var errors = ImmutableArray.CreateBuilder<InputError>();
        foreach (var (name, value) in setup.Options)
        {
            if (Set(options, name, value) is { } allowed)
            {
                errors.Add(new(Field(setup, name), value, allowed));
            }
        }

        void Require(string name, bool isGiven, string allowed)
        {
            if (!isGiven && !setup.Options.ContainsKey(name))
            {
                errors.Add(new(Field(setup, name), null, allowed));
            }
        }

        Require("url", options.Url is not null, UrlAllowed);
        if (!options.ByAccount)
        {
            Require("account", options.Account.Length > 0, LoginAllowed);
            Require("key_file", options.KeyFile is not null || options.KeyId is not null,
                "the private key's file, or key_id: the fingerprint of a key in ssh-agent");
        }

        var (others, why) = options.ByAccount
            ? (OfOneKey, $"left out where credential is '{ByAccount}': each account has a service key of its own")
            : (OfAccounts, $"left out unless credential is '{ByAccount}'");
        errors.AddRange(others.Where(setup.Options.ContainsKey).Select(name => new InputError(Field(setup, name), setup.Options[name], why)));
        InputException.ThrowIfAny(errors);
        return options;
    }

    private const string ByAccount = "account";
    private const string UrlAllowed = "CloudAPI's address: https://...; http:// only on this machine";
    private const string KeyPartAllowed = "1 to 64 of A-Z a-z 0-9 . _ -";
    private const string LoginAllowed = "a login: 3 to 32 characters, a letter first, then letters, digits, _ . @ -";

    /// <returns>What is allowed, when this is not.</returns>
    private static string? Set(TritonCloudOptions options, string name, string value) => name switch
    {
        "url" => Take(Url(value), url => options.Url = url, UrlAllowed),
        "credential" => Take(Credential(value), isByAccount => options.ByAccount = isByAccount.Value, "key or account"),
        "key_prefix" => Take(KeyPart(value), text => options.KeyPrefix = text, KeyPartAllowed),
        "datacenter" => Take(KeyPart(value), text => options.DataCenter = text, KeyPartAllowed),
        "key_type" => Take(TypeOfKey(value), type => options.KeyType = type.Value, "rsa or ed25519"),
        "auth_url" => Take(Url(value), url => options.AuthorityUrl = url, UrlAllowed),
        "auth_timeout" => Take(Timeout(value), timeout => options.AuthorityTimeout = timeout.Value, "1s to 100s"),
        "account" => Take(Login(value), login => options.Account = login, LoginAllowed),
        "user" => Take(Login(value), login => options.User = login, LoginAllowed),
        "key_file" => Take(Text(value), path => options.KeyFile = path, "a path"),
        "key_id" => Take(Text(value), id => options.KeyId = id, "an MD5 or SHA256 fingerprint"),
        "agent_socket" => Take(Text(value), path => options.AgentSocket = path, "a path"),
        "rsa_hash" => Take(Hash(value), hash => options.RsaHash = hash.Value, "sha256 or sha512"),
        "ca_file" => Take(Text(value), path => options.AuthorityFile = path, "a path"),
        "accept_version" => Take(Text(value), version => options.AcceptVersion = version, "a range of versions: ~8"),
        "page_size" => Take(Number(value, 2, 1000), size => options.PageSize = size.Value, "2 to 1000"),
        "change_feed" => Take(Switch(value), isOn => options.ChangeFeed = isOn.Value, "on or off"),
        "timeout" => Take(Timeout(value), timeout => options.Timeout = timeout.Value, "1s to 100s"),
        _ => $"no such option; allowed are {Known}",
    };

    private static RequestSigner ReadKey(CloudSetup setup, TritonCloudOptions options)
    {
        var (name, value) = options.KeyFile is { } file ? ("key_file", file) : ("key_id", options.KeyId!);
        try
        {
            var signer = setup.PrivateKey is { } pem ? GivenKey.Read(pem, options.RsaHash, setup.Say)
                : options.KeyFile is null ? AgentSigner.Find(Agent(options), options.KeyId!, options.RsaHash == HashAlgorithmName.SHA512)
                : PrivateKeyFile.Read(options.KeyFile, options.RsaHash, setup.Files);
            if ((options.KeyFile ?? setup.PrivateKey) is not null && options.KeyId is { } id && !Fingerprint.Matches(id, signer.PublicKey.Span))
            {
                var actual = Fingerprint.Md5(signer.PublicKey.Span);
                signer.Dispose();
                throw new InputException(Field(setup, "key_id"), id, $"the fingerprint of the key {(setup.PrivateKey is null ? "in key_file" : "given")}, which is {actual}; or leave it out");
            }

            return new(signer, options.Account, options.User, setup.Time);
        }
        catch (FormatException error)
        {
            throw new InputException(Field(setup, name), value, error.Message);
        }
    }

    private static string Agent(TritonCloudOptions options) => options.AgentSocket is { Length: > 0 } socket
        ? socket
        : throw new FormatException("the fingerprint of a key in ssh-agent, and no agent is known: set agent_socket or SSH_AUTH_SOCK");

    private static X509Certificate2Collection? ReadAuthorities(CloudSetup setup, TritonCloudOptions options)
    {
        if (options.AuthorityFile is not { } path)
        {
            return null;
        }

        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(setup.Files.ReadText(path));
            return authorities.Count > 0
                ? authorities
                : throw new InputException(Field(setup, "ca_file"), path, "a file with certificates as PEM; this has none");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new InputException(Field(setup, "ca_file"), path, $"a file with certificates as PEM ({error.Message})");
        }
    }

    private static string Field(CloudSetup setup, string name) => $"clouds.{setup.Name}.{name}";

    private static string? Take<T>(T? value, Action<T> take, string allowed) where T : class
    {
        if (value is null)
        {
            return allowed;
        }

        take(value);
        return null;
    }

    private static Uri? Url(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Query.Length == 0 && url.UserInfo.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)) ? url : null;

    private static string? Login(string text) =>
        text.Length is >= 3 and <= 32 && char.IsAsciiLetter(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '@' or '-') ? text : null;

    private static string? Text(string text) => text.Length > 0 ? text : null;

    private static string? KeyPart(string text) => text.Length <= 64 && EntityName.IsValid(text) ? text : null;

    private static Boxed<bool>? Credential(string text) => text switch { "key" => new(false), ByAccount => new(true), _ => null };

    private static Boxed<KeyType>? TypeOfKey(string text) => text switch
    {
        "rsa" => new(KeyType.Rsa),
        "ed25519" => new(KeyType.Ed25519),
        _ => null,
    };

    private static Boxed<HashAlgorithmName>? Hash(string text) => text switch
    {
        "sha256" => new(HashAlgorithmName.SHA256),
        "sha512" => new(HashAlgorithmName.SHA512),
        _ => null,
    };

    private static Boxed<bool>? Switch(string text) => text switch { "on" => new(true), "off" => new(false), _ => null };

    private static Boxed<int>? Number(string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? new(number) : null;

    private static Boxed<TimeSpan>? Timeout(string text) =>
        Grace.Parse(text) is { } timeout && timeout >= TimeoutMin && timeout <= TimeoutMax ? new(timeout) : null;

    /// <summary>A value that may be missing, of any type: one way to take them all.</summary>
    private sealed record Boxed<T>(T Value);
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Muster.Api.Client;
using Muster.Outbound;
using Muster.Terraform.Findings;
using Muster.Terraform.Schemas;
using Muster.Terraform.Times;
using Muster.Terraform.Values;

namespace Muster.Terraform.Providers;

/// <summary>The provider block with everything that stands in for what it leaves out.</summary>
internal sealed record ProviderSettings
{
    private static readonly TimeSpan RequestTimeoutMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RequestTimeoutMax = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    public static Schema Schema { get; } = new(
        "Keeps groups of instances at their level, on any cloud, by a Muster server.",
        [
            SchemaAttribute.Optional("address", AttributeType.Text,
                "Where the server is: `http://HOST:PORT` or `https://HOST:PORT`. "
                + $"`{ServerAddress.Variable}`, or `{ServerAddress.Default}`, unless set."),
            SchemaAttribute.Optional("token", AttributeType.Text,
                $"The bearer token, whose role must be `operate`. `{ServerAddress.TokenVariable}` unless set, which is the better place "
                + "for it. A server that asks nobody who they are, as `muster dev` is, needs none.") with { IsSensitive = true },
            SchemaAttribute.Optional("account", AttributeType.Text,
                "The id of the account that the token must belong to: nothing is done in another one by mistake. Any account unless set."),
            SchemaAttribute.Optional("ca_file", AttributeType.Text,
                "A file of certificates in PEM form, one of which must have signed the server's. The machine's own unless set."),
            SchemaAttribute.Optional("request_timeout", AttributeType.Text,
                "How long one request to the server may take, from `1s` to `10m`. `30s` unless set. "
                + "Waiting for instances is another thing: see `timeouts` of `muster_group`."),
        ]);

    public required Uri Address { get; init; }

    public string? Token { get; init; }

    public Guid? Account { get; init; }

    public X509Certificate2Collection? Authorities { get; init; }

    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Reads a provider block; what is unknown yet counts as left out.</summary>
    /// <returns>The settings; null when something is wrong, which is among the findings then.</returns>
    public static ProviderSettings? Read(Fields config, Func<string, string?> environment, FindingList findings)
    {
        var address = ReadAddress(config.Text("address"), ServerAddress.Given(environment(ServerAddress.Variable)), findings);
        var token = ReadToken(
            ServerAddress.Given(config.Text("token")), ServerAddress.Given(environment(ServerAddress.TokenVariable)), findings);
        var account = ReadAccount(config.Text("account"), findings);
        var authorities = ReadAuthorities(config.Text("ca_file"), findings);
        var timeout = Durations.Read(config, "request_timeout", RequestTimeoutMin, RequestTimeoutMax, findings);
        return findings.HasErrors ? null : new()
        {
            Address = address!,
            Token = token,
            Account = account,
            Authorities = authorities,
            RequestTimeout = timeout ?? TimeSpan.FromSeconds(30),
        };
    }

    /// <summary>What carries the requests.</summary>
    public SocketsHttpHandler Handler()
    {
        var handler = OutboundHandler.Make(ConnectTimeout, Address);
        if (Authorities is not null)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.AddRange(Authorities);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        return handler;
    }

    private static Uri? ReadAddress(string? given, string? variable, FindingList findings)
    {
        var text = given ?? variable ?? ServerAddress.Default;
        if (ServerAddress.TryParse(text, out var address))
        {
            return address;
        }

        if (given is null)
        {
            findings.Error(
                $"Invalid {ServerAddress.Variable}", $"The environment's {ServerAddress.Variable} is '{text}': {ServerAddress.Allowed}.");
        }
        else
        {
            findings.Invalid(AttributePath.Of("address"), text, ServerAddress.Allowed);
        }

        return null;
    }

    private static string? ReadToken(string? given, string? variable, FindingList findings)
    {
        var token = given ?? variable;
        if (token is null || ServerAddress.IsToken(token))
        {
            return token;
        }

        // Never echoes the text: it may be a secret, or a part of one.
        const string Allowed = $"a bearer token is {ServerAddress.TokenAllowed}";
        if (given is null)
        {
            findings.Error($"Invalid {ServerAddress.TokenVariable}", $"The environment's {ServerAddress.TokenVariable}: {Allowed}.");
        }
        else
        {
            findings.Invalid(AttributePath.Of("token"), null, Allowed);
        }

        return null;
    }

    private static Guid? ReadAccount(string? text, FindingList findings)
    {
        if (text is null)
        {
            return null;
        }

        if (Guid.TryParseExact(text, "D", out var id))
        {
            return id;
        }

        findings.Invalid(AttributePath.Of("account"), text, "the id of an account, such as 01234567-89ab-cdef-0123-456789abcdef");
        return null;
    }

    private static X509Certificate2Collection? ReadAuthorities(string? file, FindingList findings)
    {
        if (file is null)
        {
            return null;
        }

        var path = AttributePath.Of("ca_file");
        try
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPemFile(file);
            if (found.Count > 0)
            {
                return found;
            }

            findings.Invalid(path, file, "a file with at least one certificate in PEM form");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            findings.Invalid(path, file, $"a file of certificates in PEM form ({error.Message})");
        }

        return null;
    }
}

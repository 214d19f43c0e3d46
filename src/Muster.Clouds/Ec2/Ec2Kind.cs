using Muster.Clouds.Ec2.Credentials;
using Muster.Clouds.Ec2.Prices;
using Muster.Clouds.Kit;
using Muster.Core.Clouds;

namespace Muster.Clouds.Ec2;

/// <summary>The kind <c>ec2</c>: instances of one account of AWS in one region.</summary>
internal sealed class Ec2Kind : ICloudKind
{
    /// <inheritdoc/>
    public string Name => "ec2";

    /// <inheritdoc/>
    public KindDescription Description => Ec2Description.Kind;

    /// <inheritdoc/>
    public void Check(CloudSetup setup) => Read(setup);

    /// <inheritdoc/>
    public Task<ICloud> OpenAsync(CloudSetup setup, CancellationToken cancellationToken) =>
        Task.FromResult<ICloud>(new Ec2Cloud(Read(setup), setup.Time, setup.Say));

    internal static Ec2CloudOptions Read(CloudSetup setup) => Read(setup, Environment.GetEnvironmentVariable);

    internal static Ec2CloudOptions Read(CloudSetup setup, Func<string, string?> environment)
    {
        var reader = new SetupReader(setup, Ec2Description.Kind.Options);
        var region = reader.Read(Ec2Description.Region) ?? "";
        var url = reader.Read(Ec2Description.Url);
        // A simulator answers for both; a VPC endpoint of EC2 does not.
        var stsUrl = reader.Read(Ec2Description.StsUrl) ?? (url?.IsLoopback is true ? url : AddressOf("sts", region));
        var credentials = new CredentialOptions
        {
            Cloud = setup.Name,
            Region = region,
            StsUrl = stsUrl,
            Profile = reader.Read(Ec2Description.Profile),
            CredentialsFile = reader.Read(Ec2Description.CredentialsFile),
            ConfigFile = reader.Read(Ec2Description.ConfigFile),
            RoleArn = reader.Read(Ec2Description.Role),
            ExternalId = reader.Read(Ec2Description.ExternalId),
            Files = setup.Files,
            Environment = environment,
        };
        if (credentials.ExternalId is { } external && credentials.RoleArn is null)
        {
            reader.Refuse(Ec2Description.ExternalId.Name, external, "left out unless role_arn is set");
        }

        CheckFiles(reader, credentials);
        var priceList = reader.Read(Ec2PriceOptions.PriceList);
        if (priceList is not null && setup.Files.AreOnDisk && !File.Exists(priceList))
        {
            reader.Refuse(Ec2PriceOptions.PriceList.Name, priceList, "a file; there is none of that name");
        }

        var options = new Ec2CloudOptions
        {
            Cloud = setup.Name,
            Region = region,
            Url = url ?? AddressOf("ec2", region),
            IsUsualUrl = url is null,
            StsUrl = stsUrl,
            QuotasUrl = url?.IsLoopback is true ? url : AddressOf("servicequotas", region),
            BalancingUrl = reader.Read(Ec2Description.BalancingUrl)
                ?? (url?.IsLoopback is true ? url : AddressOf(BalancingApi.Service, region)),
            PriceList = setup.Files.AreOnDisk ? priceList : null,
            PriceSystem = reader.Read(Ec2PriceOptions.OperatingSystem),
            QueueUrl = reader.Read(Ec2Description.QueueUrl),
            Credentials = credentials,
            PageSize = reader.Read(Ec2Description.PageSize),
            Timeout = reader.Read(Ec2Description.Timeout),
        };
        reader.ThrowIfWrong();
        return options;
    }

    /// <summary>What the configuration itself names must be there; what only may be there is looked for at each call.</summary>
    private static void CheckFiles(SetupReader reader, CredentialOptions credentials)
    {
        foreach (var (option, path) in new[]
        {
            (Ec2Description.CredentialsFile, credentials.CredentialsFile), (Ec2Description.ConfigFile, credentials.ConfigFile),
        })
        {
            if (path is not null && SharedFile.WhyNot(path, credentials.Files) is { } why)
            {
                reader.Refuse(option.Name, path, why);
                return;
            }
        }

        if (credentials is { CredentialsFile: not null } or { ConfigFile: not null })
        {
            var name = credentials.ProfileName;
            if (!SharedProfiles.Read(credentials).Has(name))
            {
                reader.Refuse(Ec2Description.Profile.Name, name, "a profile of the files given: they have none of that name");
            }
        }
    }

    private static Uri AddressOf(string service, string region) =>
        new($"https://{service}.{(region.Length > 0 ? region : "unset")}.amazonaws.com{DomainEnd(region)}/");

    private static string DomainEnd(string region) => region.StartsWith("cn-", StringComparison.Ordinal) ? ".cn" : "";
}

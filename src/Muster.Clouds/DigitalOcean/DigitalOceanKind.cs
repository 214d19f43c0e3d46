using Muster.Clouds.Kit;
using Muster.Core.Clouds;

namespace Muster.Clouds.DigitalOcean;

/// <summary>The kind <c>digitalocean</c>: one account or team, over its API.</summary>
internal sealed class DigitalOceanKind : ICloudKind
{
    /// <summary>Where doctl and Terraform look for a token, in their order.</summary>
    private static readonly string[] Variables = ["DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN"];

    /// <inheritdoc/>
    public string Name => "digitalocean";

    /// <inheritdoc/>
    public KindDescription Description => DigitalOceanDescription.Kind;

    /// <inheritdoc/>
    public void Check(CloudSetup setup) => Read(setup, Environment.GetEnvironmentVariable);

    /// <inheritdoc/>
    public Task<ICloud> OpenAsync(CloudSetup setup, CancellationToken cancellationToken)
    {
        var (options, token) = Read(setup, Environment.GetEnvironmentVariable);
        return Task.FromResult<ICloud>(new DigitalOceanCloud(options, token, setup.Time, setup.Say));
    }

    /// <summary>Reads the options and the token.</summary>
    /// <param name="setup">The cloud's.</param>
    /// <param name="variable">The value of a variable of the environment; null where there is none.</param>
    /// <exception cref="Core.InputException">At least one is unknown or wrong; names every one.</exception>
    internal static (DigitalOceanOptions Options, DigitalOceanToken Token) Read(CloudSetup setup, Func<string, string?> variable)
    {
        var reader = new SetupReader(setup, DigitalOceanDescription.Kind.Options);
        var token = ReadToken(reader, variable);
        var options = new DigitalOceanOptions
        {
            Endpoint = reader.Read(DigitalOceanDescription.Endpoint),
            ListingLag = reader.Read(DigitalOceanDescription.ListingLag),
            PageSize = reader.Read(DigitalOceanDescription.PageSize),
            Timeout = reader.Read(DigitalOceanDescription.Timeout),
        };
        reader.ThrowIfWrong();
        return (options, token!);
    }

    private static DigitalOceanToken? ReadToken(SetupReader reader, Func<string, string?> variable)
    {
        var (name, file) = (DigitalOceanDescription.TokenFile.Name, reader.Read(DigitalOceanDescription.TokenFile));
        if (file is null && reader.TextOf(name) is not null)
        {
            return null;
        }

        var found = Variables.Select(one => (Name: one, Value: variable(one))).FirstOrDefault(one => !string.IsNullOrEmpty(one.Value));
        try
        {
            if (file is not null)
            {
                return DigitalOceanToken.In(file, reader.Setup.Files);
            }

            if (found.Value is not null)
            {
                return DigitalOceanToken.Given(found.Value);
            }

            reader.Refuse(name, null, $"the file with the API token, or {string.Join(" or ", Variables)} in the environment");
        }
        catch (FormatException error)
        {
            // What the environment holds is a secret, even where it is none of DigitalOcean's.
            var where = file is null ? $"; what {found.Name} in the environment holds is none" : "";
            reader.Refuse(name, file, error.Message + where);
        }

        return null;
    }
}

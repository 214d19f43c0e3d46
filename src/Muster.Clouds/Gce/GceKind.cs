using Muster.Clouds.Gce.Api;
using Muster.Clouds.Gce.Credentials;
using Muster.Clouds.Gce.Wire;
using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Gce;

/// <summary>The kind <c>gce</c>: Google Compute Engine.</summary>
internal sealed class GceKind : ICloudKind
{
    private const string MetadataHostUnlessSet = "metadata.google.internal";

    /// <inheritdoc/>
    public string Name => "gce";

    /// <inheritdoc/>
    public KindDescription Description => GceDescription.Kind;

    /// <inheritdoc/>
    public void Check(CloudSetup setup) => Read(setup, Environment.GetEnvironmentVariable);

    /// <inheritdoc/>
    public Task<ICloud> OpenAsync(CloudSetup setup, CancellationToken cancellationToken)
    {
        var read = Read(setup, Environment.GetEnvironmentVariable);
        var calls = new TokenCalls(setup.Time);
        ITokenSource source;
        if (read is { File: { } file, Document: { } document })
        {
            source = new FileTokens(file, setup.Files, CredentialFile.Open(document, setup.Files, calls), calls);
            WarnIfOpen(setup, file, document);
        }
        else
        {
            source = new MetadataTokens(read.MetadataHost, calls);
        }

        return Task.FromResult<ICloud>(
            new GceCloud(read.Options, new TokenCache(source, setup.Time), setup.Random, setup.Time, setup.Say));
    }

    /// <summary>Reads the options, and the credential's file where there is one.</summary>
    /// <param name="setup">The cloud's.</param>
    /// <param name="variable">Reads a variable of the environment.</param>
    /// <exception cref="InputException">At least one is wrong; names every one.</exception>
    internal static GceSetup Read(CloudSetup setup, Func<string, string?> variable)
    {
        var reader = new SetupReader(setup, GceDescription.Kind.Options);
        var project = reader.Read(GceDescription.Project);
        var region = reader.Read(GceDescription.Region);
        var named = reader.Read(GceDescription.CredentialsFile);
        var host = reader.Read(GceDescription.MetadataHost) ?? Set(variable(CredentialChain.HostVariable)) ?? MetadataHostUnlessSet;
        var file = CredentialChain.FileOf(named, setup.Files, variable);
        CredentialDocument? document = null;
        if (file is not null)
        {
            try
            {
                document = CredentialFile.Read(file, setup.Files);
            }
            catch (FormatException error)
            {
                reader.Refuse(GceDescription.CredentialsFile.Name, file, error.Message);
            }
        }

        project ??= Set(document?.ProjectId) ?? Set(document?.QuotaProjectId) ?? Set(variable(CredentialChain.ProjectVariable));
        if (project is null && reader.TextOf(GceDescription.Project.Name) is null)
        {
            reader.Refuse(GceDescription.Project.Name, null, $"{GceDescription.ProjectAllowed}; the credential names none");
        }

        var options = new GceCloudOptions
        {
            Cloud = setup.Name,
            Project = project ?? "",
            Region = region ?? "",
            Endpoint = reader.Read(GceDescription.Endpoint),
            ResourceManagerEndpoint = reader.Read(GceDescription.ResourceManagerEndpoint),
            Timeout = reader.Read(GceDescription.Timeout),
        };
        reader.ThrowIfWrong();
        return new(options, file, document, host);
    }

    private static void WarnIfOpen(CloudSetup setup, string file, CredentialDocument document)
    {
        try
        {
            // Google's own programs read such files too, and secrets of clusters are laid down so: told, and not refused.
            if (document.Type is "service_account" or "authorized_user" && setup.Files.IsOpenToOthers(file))
            {
                setup.Say($"{file} holds a secret, and others than its owner may read it: chmod 600 {file}");
            }
        }
        catch (IOException)
        {
            // It was read a moment ago; the next token tells what is wrong with it by then.
        }
    }

    private static string? Set(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

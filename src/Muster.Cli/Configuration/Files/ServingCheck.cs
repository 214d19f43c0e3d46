using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Muster.Cli.Terminals;
using Muster.Cli.Toml;
using Muster.Clouds;
using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Metrics;
using Muster.Traffic;

namespace Muster.Cli.Configuration.Files;

/// <summary>
/// What keeps a server from starting though its file is well written: options of clouds, and files and directories that it names. Noted
/// with the rest, so that a file is put right in one go. Other commands read the same file on machines where none of it need be.
/// </summary>
/// <remarks>Starts no plugin, calls no cloud, takes no port and writes nothing: <c>--check</c> is safe beside a running server.</remarks>
internal static class ServingCheck
{
    public static void Run(TomlFields root, MusterConfig config, Terminal terminal)
    {
        CheckClouds(root.Tables("cloud"), config, terminal);
        CheckMetrics(root.Tables("metrics"), config, terminal.Time);
        CheckTraffic(root.Tables("traffic"), config, terminal.Time);
        CheckStore(root, config);
        if (config.Secrets is { VaultUrl: not null, VaultTokenFile: { Length: > 0 } tokenFile } && WhyUnreadable(tokenFile) is { } why)
        {
            root.Table("secrets").Note("vault_token_file", "vault_token_file", tokenFile, $"a file that can be read ({why})");
        }

        CheckNomad(root.Table("nomad"), config.Nomad);
    }

    private static void CheckClouds(List<TomlFields> tables, MusterConfig config, Terminal terminal)
    {
        foreach (var (fields, cloud) in tables
            .Zip(config.Clouds)
            .Where(pair => CloudKinds.Names.Contains(pair.Second.Kind) && pair.Second.Name.Length > 0))
        {
            var found = CloudKinds.Check(cloud.Kind, CloudSetups.Of(cloud, config.Data, terminal.Time, terminal.Random, say: _ => { }));
            // Where another option is wrong, a kind does not get as far as its files.
            var files = CloudFiles.NamedBy(cloud.Options)
                .Where(option => !found.Any(wrong => wrong.Field == option.Key))
                .Select(option => (option, Why: WhyUnreadable(option.Value)))
                .Where(file => file.Why is not null)
                .Select(file => new InputError(file.option.Key, file.option.Value, $"a file that can be read ({file.Why})"));
            Note(fields, found.Concat(files));
        }
    }

    private static void CheckMetrics(List<TomlFields> tables, MusterConfig config, TimeProvider timeProvider)
    {
        foreach (var (fields, metric) in tables
            .Zip(config.Metrics)
            .Where(pair => MetricKinds.Names.Contains(pair.Second.Source) && pair.Second.Name.Length > 0))
        {
            Note(fields, MetricKinds.Check(metric.Source, MetricSetups.Of(metric, timeProvider)));
        }
    }

    private static void CheckTraffic(List<TomlFields> tables, MusterConfig config, TimeProvider timeProvider)
    {
        foreach (var (fields, source) in tables
            .Zip(config.Traffic)
            .Where(pair => TrafficKinds.Names.Contains(pair.Second.Kind) && pair.Second.Name.Length > 0))
        {
            Note(fields, TrafficKinds.Check(source.Kind, TrafficSetups.Of(source, config, timeProvider)));
        }
    }

    /// <summary>Notes wrong options; one that is missing stands nowhere: its table's line must do, or that of the table above.</summary>
    private static void Note(TomlFields fields, IEnumerable<InputError> errors)
    {
        var options = fields.Table("options");
        foreach (var wrong in errors)
        {
            if (options.Exists)
            {
                options.Note(wrong.Field, wrong.Field, wrong.Value, wrong.Allowed);
            }
            else
            {
                fields.Note("options", $"options.{wrong.Field}", wrong.Value, wrong.Allowed);
            }
        }
    }

    private static void CheckStore(TomlFields root, MusterConfig config)
    {
        if (config.Store.Url is null && StoreProbe.WhyNot(config.Store.Path) is { } why)
        {
            var store = root.Table("store");
            if (store.Has("path"))
            {
                store.Note("path", "path", config.Store.Path, why);
            }
            else
            {
                root.Note(
                    "data", "data", config.Data, $"a directory for the store {Path.GetFileName(config.Store.Path)}, which must be {why}");
            }
        }
    }

    private static void CheckNomad(TomlFields fields, NomadConfig nomad)
    {
        if (!fields.Exists)
        {
            return;
        }

        foreach (var (key, file) in new[]
        {
            ("ca_file", nomad.Options.CaFile),
            ("cert_file", nomad.Options.CertificateFile),
            ("key_file", nomad.Options.KeyFile),
        })
        {
            if (file is null)
            {
                continue;
            }

            var why = WhyUnreadable(file) is { } reason ? $"a file that can be read ({reason})"
                : key != "key_file" && !HoldsCertificate(file) ? "a file with certificates as PEM"
                : null;
            if (why is not null)
            {
                fields.Note(key, key, file, why);
            }
        }
    }

    private static string? WhyUnreadable(string file)
    {
        try
        {
            using var opened = File.OpenRead(file);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }

    private static bool HoldsCertificate(string file)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(file);
            return certificates.Count > 0;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}

using System.Collections.Immutable;

using Muster.Core.Metrics;
using Muster.Core.Options;
using Muster.Metrics.Kit;

namespace Muster.Metrics.Redis;

/// <summary>How much a Redis list or stream holds. Also Valkey and KeyDB.</summary>
public sealed class RedisKind : IMetricKind
{
    private static readonly ConfigOption<string?> Servers = Option.RequiredText(
        "servers", "host and port, of a cluster some of them with spaces between: `127.0.0.1:6379`", "HOST:PORT, such as 127.0.0.1:6379");

    private static readonly ConfigOption<string?> Key = Option.RequiredText(
        "key", $"the list's or the stream's key; {Placeholders.Words}", "a key, such as jobs or jobs:$group");

    private static readonly ConfigOption<bool> IsStream = Option.Choice(
        "kind", "what the key holds: `list` or `stream`", ("list", false), ("stream", true));

    private static readonly ConfigOption<string?> ConsumerGroup = Option.Text(
        "consumer_group", "the stream's consumer group; placeholders as in `key`", allowed: "a consumer group's name");

    private static readonly ConfigOption<RedisMeasure> Measure = Option.Choice(
        "measure",
        "`length`, all entries; of a stream with a consumer group also `waiting`, those not acknowledged yet (its lag and what is "
        + "pending), "
        + "`lag`, those not delivered yet, `pending`, those delivered and not acknowledged, or `age`, seconds since the oldest of "
        + "`waiting` was "
        + "added",
        ("length", RedisMeasure.Length), ("waiting", RedisMeasure.Waiting), ("lag", RedisMeasure.Lag), ("pending", RedisMeasure.Pending),
        ("age", RedisMeasure.Age));

    private static readonly ConfigOption<int> Database = Option.Number("database", "the number of the database", 0, 0, 65_535);

    private static readonly ConfigOption<string?> User = Option.Text("user", "the user of its access list", "Redis' own default", "a name");

    private static readonly ConfigOption<string?> PasswordFile = Option.Text(
        "password_file", "a file with the password, which only its owner may read");

    private static readonly ConfigOption<bool> Tls = Option.Choice("tls", "`on` for TLS", ("off", false), ("on", true));

    private static readonly ConfigOption<string?> CaFile = Option.Text(
        "ca_file", "certificates (PEM) that vouch for the server, in place of the system's");

    /// <inheritdoc/>
    public string Name => "redis";

    /// <inheritdoc/>
    public MetricKindDescription Description { get; } = new()
    {
        Summary = "How much a list or a stream of Redis holds.",
        Options = [Servers, Key, IsStream, ConsumerGroup, Measure, Database, User, PasswordFile, Tls, CaFile],
        IsCount = true,
    };

    /// <inheritdoc/>
    public IMetricSource Open(MetricSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var reader = new MetricSetupReader(setup, Description.Options);
        var options = new RedisOptions
        {
            Servers = Split(reader),
            Key = reader.Read(Key) ?? "",
            IsStream = reader.Read(IsStream),
            ConsumerGroup = reader.Read(ConsumerGroup),
            Measure = reader.Read(Measure),
            Database = reader.Read(Database),
            User = reader.Read(User),
            Password = reader.Secret(PasswordFile),
            Tls = reader.Read(Tls),
            CaFile = reader.Read(CaFile),
        };
        RefuseOthers(reader, options);
        reader.ThrowIfWrong();
        return new RedisSource(options, setup.Time);
    }

    private static ImmutableArray<RedisServer> Split(MetricSetupReader reader)
    {
        var servers = ImmutableArray.CreateBuilder<RedisServer>();
        foreach (var word in (reader.Read(Servers) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (RedisServer.Parse(word) is { } server)
            {
                servers.Add(server);
            }
            else
            {
                reader.Refuse(Servers.Name, word, Servers.Allowed);
            }
        }

        return servers.ToImmutable();
    }

    private static void RefuseOthers(MetricSetupReader reader, RedisOptions options)
    {
        if (options.Measure is not RedisMeasure.Length && (!options.IsStream || options.ConsumerGroup is null))
        {
            reader.Refuse(
                Measure.Name, reader.TextOf(Measure.Name),
                "length, or a kind = \"stream\" with a consumer_group: Redis does not tell the age of a list's items");
        }

        if (options.ConsumerGroup is { } group && (!options.IsStream || options.Measure is RedisMeasure.Length))
        {
            reader.Refuse(ConsumerGroup.Name, group, "only of a stream, with measure waiting, lag, pending or age");
        }

        if (options.User is { } user && reader.TextOf(PasswordFile.Name) is null)
        {
            reader.Refuse(PasswordFile.Name, null, $"the password of the user {user}");
        }

        if (options.CaFile is { } path && !(options.Tls && File.Exists(path)))
        {
            reader.Refuse(CaFile.Name, path, options.Tls ? "a file with certificates as PEM" : "only with tls = \"on\"");
        }
    }
}

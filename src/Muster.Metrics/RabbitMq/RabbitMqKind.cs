using Muster.Core.Metrics;
using Muster.Core.Options;
using Muster.Metrics.Kit;

namespace Muster.Metrics.RabbitMq;

/// <summary>The length of a RabbitMQ queue, by the HTTP API of its management plugin.</summary>
public sealed class RabbitMqKind : IMetricKind
{
    private static readonly ConfigOption<string?> Url = Option.RequiredText(
        "url", "where the management plugin is: `http://127.0.0.1:15672`", "an address such as http://127.0.0.1:15672");

    private static readonly ConfigOption<string?> Queue = Option.RequiredText(
        "queue", $"the queue's name; {Placeholders.Words}", "a queue's name, such as jobs or jobs-$group");

    private static readonly ConfigOption<string> VirtualHost = Option.TextOr("vhost", "the virtual host", "/", "a virtual host's name");

    private static readonly ConfigOption<MessagesCounted> Messages = Option.Choice(
        "messages",
        "which messages count: `all`, those that wait (`ready`), or those that a consumer has and did not acknowledge yet "
        + "(`unacknowledged`)",
        ("all", MessagesCounted.All), ("ready", MessagesCounted.Ready), ("unacknowledged", MessagesCounted.Unacknowledged));

    /// <inheritdoc/>
    public string Name => "rabbitmq";

    /// <inheritdoc/>
    public MetricKindDescription Description { get; } = new()
    {
        Summary = "The messages of a RabbitMQ queue, from its management plugin.",
        Options = [Url, Queue, VirtualHost, Messages, .. HttpAccess.Options],
        IsCount = true,
    };

    /// <inheritdoc/>
    public IMetricSource Open(MetricSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var reader = new MetricSetupReader(setup, Description.Options);
        var access = HttpAccess.Read(reader, Url);
        var (queue, host, messages) = (reader.Read(Queue) ?? "", reader.Read(VirtualHost), reader.Read(Messages));
        reader.ThrowIfWrong();
        return new RabbitMqSource(queue, host, messages, access);
    }
}

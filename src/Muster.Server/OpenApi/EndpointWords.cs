using Muster.Api.Problems;

namespace Muster.Server.OpenApi;

/// <summary>What the OpenAPI document says of an endpoint beyond its signature.</summary>
internal static class EndpointWords
{
    /// <param name="builder">The endpoint.</param>
    /// <param name="name">The operation's id, for generated clients.</param>
    /// <param name="summary">In a few words.</param>
    /// <param name="description">The rest.</param>
    public static RouteHandlerBuilder Says(this RouteHandlerBuilder builder, string name, string summary, string description) =>
        builder.WithName(name).WithSummary(summary).WithDescription(description);

    /// <summary>Its JSON body, which is read by hand so that all that is wrong with it is said at once.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder builder, bool isOptional = false) where T : notnull =>
        builder.Accepts<T>(isOptional, "application/json");

    /// <summary>A header that it reads by hand.</summary>
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder builder, TakenHeader header) => builder.WithMetadata(header);

    /// <summary>The problems it may answer with, besides 500 and 507.</summary>
    public static TBuilder Fails<TBuilder>(this TBuilder builder, params ReadOnlySpan<int> statuses)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (var status in statuses)
        {
            builder.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ProblemView), [ProblemView.ContentType]));
        }

        return builder;
    }

    /// <summary>It answers with server-sent events.</summary>
    public static RouteHandlerBuilder Streams(this RouteHandlerBuilder builder) =>
        builder.Produces<string>(StatusCodes.Status200OK, "text/event-stream");
}

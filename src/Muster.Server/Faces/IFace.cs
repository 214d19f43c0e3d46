using System.Collections.Immutable;

using Muster.Core;
using Muster.Server.Options;

namespace Muster.Server.Faces;

/// <summary>
/// A further face of the installation, for clients that speak another
/// program's language: a view with routes, callers and errors of its own.
/// </summary>
/// <remarks>It changes groups through the same rules as the API, and is never a second engine.</remarks>
public interface IFace
{
    /// <summary>Adds what is wrong with its own options, or with how the server runs.</summary>
    void Check(ServerOptions server, ImmutableArray<InputError>.Builder errors);

    /// <summary>Adds what runs beside its requests.</summary>
    void AddServices(IServiceCollection services, FaceParts parts);

    /// <summary>Takes its paths out of the pipeline, ahead of the API's own errors, callers and routes.</summary>
    void Use(IApplicationBuilder app, FaceParts parts);
}

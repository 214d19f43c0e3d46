namespace Muster.Clouds.OpenStack.Identity;

/// <summary>A row of the catalogue that comes with a token.</summary>
/// <param name="Type">The service's type: <c>compute</c>.</param>
/// <param name="Interface">Whom it is for: <c>public</c>.</param>
/// <param name="Region">Where.</param>
/// <param name="Url">Its address.</param>
internal sealed record ServiceEndpoint(string Type, string Interface, string Region, string Url);

using System.Security.Authentication;

namespace Muster.Outbound;

/// <summary>A server showed a certificate that is not believed.</summary>
/// <param name="message">What is wrong with it, to stand after the server's address.</param>
public sealed class CertificateRefusedException(string message) : AuthenticationException(message);

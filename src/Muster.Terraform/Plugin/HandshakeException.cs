namespace Muster.Terraform.Plugin;

/// <summary>Whoever started this process speaks another protocol.</summary>
/// <param name="message">Says which, and what to do.</param>
internal sealed class HandshakeException(string message) : Exception(message);

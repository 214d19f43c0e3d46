using Muster.Clouds.Vsphere.Wire;

namespace Muster.Clouds.Vsphere.Api;

/// <summary>A refusal of vCenter, kept behind the exception of the port for who must know its type.</summary>
/// <param name="message">What is told of it.</param>
/// <param name="fault">The refusal.</param>
internal sealed class VsphereFaultException(string message, SoapFault fault) : Exception(message)
{
    /// <summary>The refusal.</summary>
    public SoapFault Fault => fault;
}

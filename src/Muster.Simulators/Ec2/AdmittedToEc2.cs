using Muster.Simulators.Ec2.Identity;
using Muster.Simulators.Ec2.Wire;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Ec2;

/// <summary>A request whose signature is of a known key.</summary>
/// <param name="Form">What it asks.</param>
/// <param name="Key">Whose it is.</param>
internal sealed record AdmittedToEc2(AwsForm Form, SimulatedAwsKey Key) : Admitted(Form.Action);

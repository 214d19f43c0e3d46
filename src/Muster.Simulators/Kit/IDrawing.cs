namespace Muster.Simulators.Kit;

/// <summary>Draws by the simulator's seed. Safe to share.</summary>
public interface IDrawing
{
    /// <summary>One time of those that vary.</summary>
    TimeSpan Draw(Delay delay);
}

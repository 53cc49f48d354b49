namespace Lateen.CommandLine;

/// <summary>A command that cannot do what it was asked: the message says what, why and how to fix it.</summary>
internal sealed class CommandFailure(string message, int exitCode = 1) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}

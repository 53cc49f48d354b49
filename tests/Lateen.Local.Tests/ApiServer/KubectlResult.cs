namespace Lateen.Local.Tests.ApiServer;

/// <summary>What a kubectl run printed and how it ended.</summary>
public sealed record KubectlResult(int ExitCode, string Output, string Error)
{
    public string All => Output + Error;
}

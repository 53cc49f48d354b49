namespace Lateen.Scale;

using System.Globalization;

/// <summary>How big the mesh of the measurement is.</summary>
internal sealed record MeshSize(int Services, int EndpointsPerService, int Proxies, int Rounds)
{
    /// <summary>Services are spread over this many HTTP ports, and so over as many route configurations.</summary>
    public const int Ports = 10;

    public static MeshSize Parse(string[] args)
    {
        int At(int place, int fallback) => args.Length > place ? int.Parse(args[place], CultureInfo.InvariantCulture) : fallback;
        return new MeshSize(At(0, 1000), At(1, 10), At(2, 100), At(3, 40));
    }

    public string[] ToArguments() => [$"{Services}", $"{EndpointsPerService}", $"{Proxies}", $"{Rounds}"];
}

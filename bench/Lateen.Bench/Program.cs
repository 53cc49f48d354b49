using System.Globalization;
using Lateen.Bench;

// Usage: Lateen.Bench [connections] [requests]. One worker is client and server at once, so the figure is the cost of both sides.
int connections = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 64;
int requests = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 500_000;

Console.WriteLine(LoopbackBench.Run(connections, requests));
Console.WriteLine(SimulatedBench.Run(connections, requests));

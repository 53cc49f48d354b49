namespace Lateen.Engine.Tests.Loop;

using Lateen.Engine.Loop;

public sealed class UringLoopTests() : SocketLoopTests(LoopBackend.IoUring);

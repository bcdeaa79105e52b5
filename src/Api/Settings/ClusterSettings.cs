using System.Net;

namespace Signalbox.Api.Settings;

/// <summary>How a process finds the others of its cluster and is found by them.</summary>
/// <param name="Redis">Host and port, and more behind commas, as StackExchange.Redis takes it.</param>
/// <param name="ClusterId">Tells clusters apart that share a Redis.</param>
/// <param name="SiloPort">Where other silos reach this one.</param>
/// <param name="GatewayPort">Where gateways reach it.</param>
/// <param name="AdvertisedIp">The address that the others are told; null for the machine's own.</param>
public sealed record ClusterSettings(string Redis, string ClusterId, int SiloPort, int GatewayPort, IPAddress? AdvertisedIp);

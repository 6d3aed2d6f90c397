// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One key of an OPS configuration and the type of its value, from {@code types/config.go} of OPS. Names match
 * regardless of case, as in Go's encoding/json.
 *
 * @param name as OPS writes it
 * @param keys the keys of an object, or of each object in a list; empty for the other kinds
 */
record OpsKey(String name, Kind kind, List<OpsKey> keys) {

    /** The type of a value. */
    enum Kind {
        STRING("a string"),
        BOOLEAN("true or false"),
        INTEGER("an integer"),
        STRINGS("a list of strings"),
        STRING_MAP("an object with string values"),
        ANY_MAP("an object"),
        OBJECT("an object"),
        OBJECTS("a list of objects");

        private final String description;

        Kind(String description) {
            this.description = description;
        }

        String description() {
            return description;
        }
    }

    /** Every key of the top level, in the order of OPS's {@code Config}. */
    static final List<OpsKey> CONFIG = keys(
            strings("Args"),
            booleans("DisableArgsCopy"),
            text("BaseVolumeSz", "Boot", "UefiBoot"),
            booleans("Uefi"),
            text("BuildDir"),
            object("CloudConfig", cloudKeys()),
            of(Kind.STRING_MAP, "TargetConfig"),
            strings("Debugflags", "Dirs"),
            of(Kind.STRING_MAP, "Env"),
            strings("Files"),
            booleans("Force"),
            text("home", "Kernel", "KlibDir"),
            strings("Klibs"),
            of(Kind.STRING_MAP, "MapDirs", "Mounts"),
            strings("NameServers"),
            text("NanosVersion"),
            booleans("NightlyBuild"),
            strings("NoTrace"),
            of(Kind.ANY_MAP, "ManifestPassthrough"),
            text("Program", "ProgramPath"),
            booleans("RebootOnExit"),
            object("RunConfig", runKeys()),
            text("LocalFilesParentDirectory", "TargetRoot"),
            booleans("TFSv4"),
            text("Version", "Language", "Description", "VolumesDir", "PackageBaseURL", "PackageManifestURL"));

    OpsKey {
        keys = List.copyOf(keys);
    }

    /** The key that a name stands for. */
    static Optional<OpsKey> find(List<OpsKey> keys, String name) {
        return keys.stream().filter(k -> k.name.equalsIgnoreCase(name)).findFirst();
    }

    private static List<OpsKey> cloudKeys() {
        List<OpsKey> attribute =
                keys(booleans("image_label", "instance_label", "instance_network", "instance_metadata"));
        List<OpsKey> tag = keys(text("key", "value"), object("attribute", attribute));
        List<OpsKey> volume = keys(text("name"), integers("iops", "size", "throughput"), text("typeof"));
        return keys(
                text("BucketName", "BucketNamespace"),
                booleans("ConfidentialVM"),
                text("DedicatedHostID", "DomainName", "StaticIP"),
                booleans("EnableIPv6"),
                text("Flavor", "ImageType", "ImageName", "InstanceProfile", "KMS", "Platform", "ProjectID"),
                object("RootVolume", volume),
                text("SecurityGroup"),
                booleans("SkipImportVerify", "Spot"),
                text("Subnet"),
                List.of(new OpsKey("Tags", Kind.OBJECTS, tag)),
                text("UserData", "VPC", "Zone"));
    }

    private static List<OpsKey> runKeys() {
        List<OpsKey> nic = keys(text("IPAddress", "IPv6Address", "NetMask", "Gateway", "BridgeName"));
        return keys(
                booleans("Accel"),
                text("AtExit"),
                booleans("Bridged"),
                text("BridgeIPAddress", "BridgeName"),
                booleans("CanIPForward"),
                integers("CPUs", "GPUs"),
                text("GPUType"),
                booleans("Debug"),
                text("Gateway"),
                integers("GdbPort"),
                text("ImageName", "InstanceGroup", "InstanceName", "IPAddress", "IPv6Address", "Kernel", "Memory"),
                text("Mgmt"),
                booleans("Vga"),
                strings("Mounts"),
                booleans("AttachVolumeOnInstanceCreate"),
                text("NetMask"),
                List.of(new OpsKey("Nics", Kind.OBJECTS, nic)),
                booleans("Background", "BackgroundDetach"),
                strings("Ports"),
                booleans("QMP", "ShowDebug", "ShowErrors", "ShowWarnings", "JSON"),
                text("TapName"),
                strings("UDPPorts"),
                booleans("Verbose"),
                integers("VolumeSizeInGb", "ThreadsPerCore"));
    }

    @SafeVarargs
    private static List<OpsKey> keys(List<OpsKey>... groups) {
        List<OpsKey> all = new ArrayList<>();
        for (List<OpsKey> group : groups) {
            all.addAll(group);
        }
        return all;
    }

    private static List<OpsKey> of(Kind kind, String... names) {
        return Arrays.stream(names).map(n -> new OpsKey(n, kind, List.of())).toList();
    }

    private static List<OpsKey> text(String... names) {
        return of(Kind.STRING, names);
    }

    private static List<OpsKey> booleans(String... names) {
        return of(Kind.BOOLEAN, names);
    }

    private static List<OpsKey> integers(String... names) {
        return of(Kind.INTEGER, names);
    }

    private static List<OpsKey> strings(String... names) {
        return of(Kind.STRINGS, names);
    }

    private static List<OpsKey> object(String name, List<OpsKey> keys) {
        return List.of(new OpsKey(name, Kind.OBJECT, keys));
    }
}

// SPDX-License-Identifier: Apache-2.0
// This example needs a virtual machine: mvn verify -Dcrossbuild.it.vm=true
return virtualMachines == 'true'
